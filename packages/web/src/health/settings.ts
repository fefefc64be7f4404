import { globToRegExp } from "@metricq/client"
import type { FindingKind } from "./finding.js"
import { booleanOf, globsOf, kindsOf, numberIn, objectOf, wrongSetting } from "./setting-values.js"
import { defaultThresholds, type Thresholds, thresholdRanges } from "./thresholds.js"

/** How health is looked after. Where findings are sent is settled apart, with channels. */
export interface HealthSettings {
  readonly thresholds: Thresholds
  readonly off: readonly FindingKind[]
  /** Globs of metrics that are left out. */
  readonly ignore: readonly string[]
  /** Whether the numbers of findings are published as metrics. */
  readonly publish: boolean
}

/** Settings of a server on which nobody has changed any: what is often meant to be so is not looked for. */
export function defaultSettings(publish: boolean): HealthSettings {
  return { thresholds: defaultThresholds, off: ["unstored"], ignore: [], publish }
}

/**
 * Settings with the given keys in place of those before; `thresholds` may be some of them, null is the default.
 *
 * @throws {WebError} `settings` naming the key and what is expected
 */
export function changedSettings(before: HealthSettings, change: Readonly<Record<string, unknown>>): HealthSettings {
  const { thresholds, off, ignore, publish } = change
  return {
    thresholds: thresholds === undefined ? before.thresholds : changedThresholds(before.thresholds, thresholds),
    off: off === undefined ? before.off : kindsOf("off", off),
    ignore: ignore === undefined ? before.ignore : globsOf("ignore", ignore),
    publish: publish === undefined ? before.publish : booleanOf("publish", publish),
  }
}

/** Whether a metric fits any of these globs. */
export function anyOf(globs: readonly string[]): (metric: string) => boolean {
  if (globs.length === 0) return () => false
  const expressions = globs.map((glob) => globToRegExp(glob))
  return (metric) => expressions.some((expression) => expression.test(metric))
}

function changedThresholds(before: Thresholds, change: unknown): Thresholds {
  const changed: Record<string, number> = { ...before }
  for (const [key, value] of Object.entries(objectOf("thresholds", change))) {
    const range = thresholdRanges[key as keyof Thresholds]
    if (!Object.hasOwn(thresholdRanges, key)) wrongSetting(`thresholds.${key}: there is no such threshold`)
    if (value === null) changed[key] = defaultThresholds[key as keyof Thresholds]
    else changed[key] = numberIn(`thresholds.${key}`, value, ...range)
  }
  return changed as unknown as Thresholds
}
