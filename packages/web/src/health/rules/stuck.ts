import type { Metadata } from "@metricq/client"
import { durationText } from "../duration-text.js"
import type { MetricTrack } from "../metric-track.js"
import type { MetricObservation, MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** Quantities whose sensors always show a little noise: power, current, voltage, temperature. */
const restless = /^(?:[mkMG]?W|[mkMG]?VA|m?A|[mk]?V|°C|℃|degC|C|K|°F)$/
/** Set by somebody, not measured. */
const fixed = /\b(?:limit|cap|max|min|nominal|target|setpoint|threshold|tdp|rated|reference)\b/i
/** Points that have to have the value, within what a database remembers. */
const FEWEST_POINTS = 10

/**
 * `stuck`: points arrive, but always with the same value, of a quantity that no sensor measures twice alike. Zero is what is switched off; values
 * without decimal places may be those of a coarse sensor and get four times as long.
 */
export const stuck: MetricRule = {
  kind: "stuck",
  check({ name, metadata, state, source, track, isCurrent }, { stuckH }) {
    if (state !== "stored" || !moves(name, metadata) || track === undefined) return undefined
    if (!isCurrent || track.point.count < FEWEST_POINTS) return "unknown"
    const { value } = track.point
    if (!isStill(track) || track.isMoving === false) return undefined
    const sameMs = track.point.timeMs - track.sameSinceMs
    // How long it was so before anybody looked, only history knows.
    if (sameMs < stillMs(value, stuckH)) return track.isBeginKnown ? undefined : "unknown"
    return {
      ...{ kind: "stuck", severity: "warning", subject: { metric: name }, source, sinceMs: track.sameSinceMs },
      message: `the value has been ${value} for ${durationText(sameMs / 1000)}, though points keep coming`,
      remedy: "look whether the sensor still measures; mute this if the value may stand still",
      values: { value, ageS: Math.round(sameMs / 1000) },
    }
  },
  group: (group) => grouped(group, `${group.count} metrics of ${group.client} do not move, though points keep coming`),
}

/**
 * How far back history has to be asked, in ms, before anything can be told of a metric: its value stands still, and did so when it was looked at first.
 * Undefined if it need not be asked.
 */
export function askedBackMs({ name, metadata, state, track, isCurrent }: MetricObservation, stuckH: number) {
  if (state !== "stored" || !isCurrent || track === undefined || track.isBeginKnown) return undefined
  if (!moves(name, metadata) || track.point.count < FEWEST_POINTS || !isStill(track)) return undefined
  const neededMs = stillMs(track.point.value, stuckH)
  return track.point.timeMs - track.sameSinceMs < neededMs ? neededMs : undefined
}

function isStill({ point: { value, min, max, nan } }: MetricTrack): boolean {
  return min === max && nan === 0 && value !== 0
}

function stillMs(value: number, stuckH: number): number {
  return (Number.isInteger(value) ? 4 * stuckH : stuckH) * 3_600_000
}

function moves(name: string, { unit, description, quantity }: Metadata): boolean {
  if (typeof unit !== "string" || !restless.test(unit)) return false
  return !fixed.test([name.replaceAll(/[._]/g, " "), description, quantity].join(" "))
}
