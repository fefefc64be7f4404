import { durationText } from "../duration-text.js"
import type { MetricTrack } from "../metric-track.js"
import type { MetricRule } from "../observation.js"
import { arrivalMs } from "./expected-interval.js"
import { grouped } from "./grouped.js"

/** Points and clock go on alike if they differ by less than this part. Imports and catching up go on much faster. */
const ALIKE = 0.2
/** Intervals that the newest point may be old in any case. */
const INTERVALS = 5
const LASTS_MS = 120_000

/** `clock-behind`: points keep coming, and each is late by the same time, more than its rate explains. */
export const clockBehind: MetricRule = {
  kind: "clock-behind",
  check({ name, metadata, state, source, track, isCurrent }, { clockBehindS }) {
    if (state !== "stored" || track === undefined) return undefined
    if (!isCurrent) return "unknown"
    const allowedMs = Math.max(clockBehindS * 1000, INTERVALS * (arrivalMs(metadata, track) ?? 0))
    if (track.ageMs <= allowedMs) return undefined
    // Between two points nobody knows; a metric that has become silent stays here until it is found to be so.
    if (!track.isMoving) return track.isMoving === undefined ? "unknown" : undefined
    if (!goesOnAlike(track)) return undefined
    return {
      ...{ kind: "clock-behind", severity: "warning", subject: { metric: name }, source },
      afterMs: Math.min(LASTS_MS, 2 * clockBehindS * 1000),
      message: `its points come, but each is ${durationText(track.ageMs / 1000)} old`,
      remedy: "set the clock of the machine that measures; if that is right, look what delays its points",
      values: { ageS: Math.round(track.ageMs / 1000) },
    }
  },
  group: (group) => grouped(group, `points of ${group.count} metrics of ${group.client} are old when they come`),
}

function goesOnAlike({ point, timeBeforeMs, lookMs, lookBeforeMs }: MetricTrack): boolean {
  const wallMs = lookMs - lookBeforeMs
  return Math.abs(point.timeMs - timeBeforeMs - wallMs) <= ALIKE * wallMs
}
