import { declaredInterval } from "@metricq/client"
import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** Points to tell a rate from. */
const FEWEST_POINTS = 20
/** A rate that is off by more is hardly meant. */
const FAR_OFF = 10

/** `rate`: points come much more often, or much less, than the metric declares, for long. */
export const rate: MetricRule = {
  kind: "rate",
  check({ name, metadata, state, source, track, isCurrent }, { rateFactor, rateForS }) {
    const declared = declaredInterval(metadata)
    if (state !== "stored" || track === undefined || declared === undefined) return undefined
    const { count, timeMs, sinceMs } = track.point
    if (!isCurrent || count < FEWEST_POINTS || timeMs <= sinceMs) return "unknown"
    const seenMs = (timeMs - sinceMs) / (count - 1)
    const factor = seenMs > declared.ms ? seenMs / declared.ms : declared.ms / seenMs
    if (factor <= rateFactor || track.isMoving === false) return undefined
    const [declaredText, seenText] = [hertz(1000 / declared.ms), hertz(1000 / seenMs)]
    return {
      ...{ kind: "rate", subject: { metric: name }, source, afterMs: rateForS * 1000, fix: "set-rate" },
      severity: factor >= FAR_OFF ? "warning" : "info",
      message: `it declares ${declaredText}, but points come at ${seenText}`,
      remedy:
        "correct the rate in its metadata, or what the source is configured to do: databases choose their intervals by it",
      values: { declared: declaredText, seen: seenText },
    }
  },
  group: (group) => grouped(group, `${group.count} metrics of ${group.client} do not come at the rate they declare`),
}

function hertz(value: number): string {
  if (value >= 0.5) return `${Number(value.toPrecision(3))} Hz`
  return `1/${Number((1 / value).toPrecision(3))} s`
}
