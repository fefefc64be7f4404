import { durationText } from "../duration-text.js"
import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** `clock-ahead`: the newest point lies in the future of the database that stores it. */
export const clockAhead: MetricRule = {
  kind: "clock-ahead",
  check({ name, state, source, track, isCurrent }, { clockAheadS }) {
    if (state !== "stored" || track === undefined) return undefined
    if (!isCurrent) return "unknown"
    const aheadS = -track.ageMs / 1000
    if (aheadS <= clockAheadS) return undefined
    return {
      ...{ kind: "clock-ahead", severity: "warning", subject: { metric: name }, source },
      message: `its points are ${durationText(aheadS)} ahead of the clock of the database`,
      remedy: "set the clock of the machine that measures, and let NTP keep it right",
      values: { aheadS: Math.round(aheadS * 10) / 10 },
    }
  },
  group: (group) => grouped(group, `points of ${group.count} metrics of ${group.client} lie in the future`),
}
