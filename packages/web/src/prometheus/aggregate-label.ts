import type { Selector } from "./expression.js"
import { type Matcher, matchesEmpty, valuesThatMatch } from "./matchers.js"

/** The label by which a selector asks for another aggregate than the mean. */
export const aggregateLabel = "agg"

/** Which aggregate of each step a selector gives. */
export const aggregateNames = ["avg", "min", "max", "count"] as const
export type AggregateName = (typeof aggregateNames)[number]

/**
 * The aggregates that a selector asks for: each is a series. "" is the mean without the label, which is what a selector that does not
 * mention `agg` gives.
 */
export function aggregatesOf({ matchers }: Selector): readonly (AggregateName | "")[] {
  const about = matchers.filter(({ label }) => label === aggregateLabel)
  if (about.length === 0) return [""]
  const named = about.reduce<Iterable<string>>((values, matcher) => valuesThatMatch(matcher, values), aggregateNames)
  const found = [...named] as AggregateName[]
  return found.length === 0 && about.every((matcher: Matcher) => matchesEmpty(matcher)) ? [""] : found
}
