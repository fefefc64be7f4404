import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** `nan`: points arrive, but every one of the last minutes is NaN. */
export const nan: MetricRule = {
  kind: "nan",
  check({ name, state, source, track, isCurrent }, { nanS }) {
    if (state !== "stored" || track === undefined) return undefined
    const { count, nan, timeMs, sinceMs } = track.point
    if (!isCurrent || count === 0) return "unknown"
    if (nan < count || track.isMoving === false) return undefined
    return {
      ...{ kind: "nan", severity: "warning", subject: { metric: name }, source, sinceMs, afterMs: nanS * 1000 },
      message: "points come, but there is no value in them: all are NaN",
      remedy: "look at the log of the source: it reaches the device, but cannot read this from it",
      values: { count, ageS: Math.round((timeMs - sinceMs) / 1000) },
    }
  },
  group: (group) => grouped(group, `${group.count} metrics of ${group.client} deliver nothing but NaN`),
}
