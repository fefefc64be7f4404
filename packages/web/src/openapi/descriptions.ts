import type { Descriptions } from "./description.js"
import { configurationsDescriptions } from "./descriptions/configurations.js"
import { healthDescriptions } from "./descriptions/health.js"
import { historyDescriptions } from "./descriptions/history.js"
import { metricsDescriptions } from "./descriptions/metrics.js"
import { networkDescriptions } from "./descriptions/network.js"

/** Routes that do not say themselves what they do; what a route says in its schema comes first. */
export const descriptions: Descriptions = {
  ...networkDescriptions,
  ...metricsDescriptions,
  ...historyDescriptions,
  ...configurationsDescriptions,
  ...healthDescriptions,
}

/** Headings in their order; others come after them. */
export const tags: Readonly<Record<string, string>> = {
  network: "Who takes part, and what goes between them",
  metrics: "Which metrics there are, and what they are",
  history: "What was",
  live: "What comes in",
  configurations: "What clients are told to do",
  health: "What needs attention",
  access: "Who may do what, and who has done what",
}
