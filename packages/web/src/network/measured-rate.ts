import type { SurveyedPoint } from "../health/metric-track.js"

/** Points may be on their way so long: chunks gather, queues are read in batches. */
const ON_THE_WAY_MS = 15_000
/** What has been silent for longer does not come any more, unless it comes that seldom. */
const SILENT_MS = 5 * 60_000
/** Intervals without a point that are no accident. */
const MISSED = 3

/**
 * Points a second that a database takes of a metric, from what it surveyed: the points it still has in memory, by their times, and the silence after
 * them. 0 for what has stopped; NaN if too few are in memory to tell.
 *
 * @param nowMs clock of the database at the survey
 * @param declared points a second that the metric declares, NaN if none: tells what has stopped from what comes seldom
 */
export function measuredRate({ timeMs, sinceMs, count }: SurveyedPoint, nowMs: number, declared: number): number {
  const spanMs = timeMs - sinceMs
  if (count < 2 || !(spanMs > 0)) {
    return nowMs - timeMs > Math.max(SILENT_MS, (MISSED * 1000) / declared) ? 0 : Number.NaN
  }
  const intervalMs = spanMs / (count - 1)
  const silentMs = Math.max(0, nowMs - timeMs - ON_THE_WAY_MS - 2 * intervalMs)
  if (silentMs > Math.max(SILENT_MS, MISSED * intervalMs)) return 0
  return ((count - 1) / (spanMs + silentMs)) * 1000
}
