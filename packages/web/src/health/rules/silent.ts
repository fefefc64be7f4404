import { durationText } from "../duration-text.js"
import type { Detection } from "../finding.js"
import type { MetricObservation, MetricRule } from "../observation.js"
import type { Thresholds } from "../thresholds.js"
import { arrivalMs, declaredArrivalMs } from "./expected-interval.js"
import { grouped } from "./grouped.js"

/** One that has been silent for so long may be over for good. */
const OVER_AFTER_MS = 86_400_000

/** `silent`: no point for longer than the rate of the metric explains. One that is new, or declares no rate and never had one, is not. */
export const silent: MetricRule = {
  kind: "silent",
  check(metric, thresholds) {
    if (metric.state !== "stored") return undefined
    if (!metric.isCurrent) return "unknown"
    if (metric.track === undefined) return neverCame(metric, thresholds)
    const allowedMs = allowed(metric, thresholds)
    const { ageMs, point } = metric.track
    if (allowedMs === undefined || ageMs <= allowedMs) return undefined
    // Its points may have come while nobody stored them.
    if (metric.nowMs - metric.storingSinceMs <= allowedMs) return "unknown"
    const age = durationText(ageMs / 1000)
    return {
      ...base(metric, point.timeMs),
      message: `no point for ${age}`,
      values: { ageS: Math.round(ageMs / 1000) },
      ...(ageMs >= OVER_AFTER_MS ? { fix: "archive" } : {}),
    }
  },
  group: (group) => grouped(group, `${group.count} metrics of ${group.client} deliver no points, though it is there`),
}

/** How old the newest point may be, in ms; undefined if nobody knows. */
function allowed({ metadata, track }: MetricObservation, thresholds: Thresholds): number | undefined {
  const intervalMs = arrivalMs(metadata, track)
  if (intervalMs === undefined) return undefined
  const leastS = declaredArrivalMs(metadata) === undefined ? thresholds.silentUnknownS : thresholds.silentMinS
  return Math.max(leastS * 1000, thresholds.silentIntervals * intervalMs)
}

/** It was declared, and a database waits for it by name. */
function neverCame(metric: MetricObservation, thresholds: Thresholds): Detection | undefined {
  const declaredMs = Date.parse(String(metric.metadata.date))
  const allowedMs = allowed(metric, thresholds)
  if (allowedMs === undefined || !(metric.nowMs - declaredMs > allowedMs)) return undefined
  return { ...base(metric, declaredMs), message: "not a single point has been stored", values: {}, fix: "archive" }
}

function base({ name, source }: MetricObservation, sinceMs: number) {
  return {
    ...({ kind: "silent", severity: "warning", subject: { metric: name }, source, sinceMs } as const),
    remedy: "look whether what it measures is still there; if it has gone for good, archive the metric",
  }
}
