import type { JsonObject } from "@metricq/client"
import type { RenamePlan } from "./rename-plan.js"

/** What the manager and databases note themselves, or what is said of the one metric alone. */
const OWN = new Set(["source", "date", "historic", "archived", "hidden"])

/** What is known of a metric and not of its alias, which no source declares: unit, description and the like. Empty where one does. */
export function aliasMetadata({ from, to }: RenamePlan["metadata"]): JsonObject {
  if (typeof to?.source === "string") return {}
  const missing = Object.entries(from ?? {}).filter(
    ([key]) => !OWN.has(key) && !key.startsWith("_") && !Object.hasOwn(to ?? {}, key),
  )
  return Object.fromEntries(missing) as JsonObject
}
