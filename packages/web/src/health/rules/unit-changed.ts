import type { MetricRule } from "../observation.js"
import { grouped } from "./grouped.js"

/** So long after the change it is told. */
const TOLD_MS = 86_400_000

/** `unit-changed`: the unit has become another one within the last day, so older values mean something else. */
export const unitChanged: MetricRule = {
  kind: "unit-changed",
  check({ name, state, source, track, nowMs }) {
    if (state !== "stored" || track === undefined) return undefined
    const { unit, unitBefore, unitChangedMs, firstLookMs } = track
    // Who has just started to look does not know of the day before.
    if (unitBefore === undefined || unit === undefined) return nowMs - firstLookMs < TOLD_MS ? "unknown" : undefined
    if (nowMs - unitChangedMs > TOLD_MS) return undefined
    return {
      ...{ kind: "unit-changed", severity: "warning", subject: { metric: name }, source, sinceMs: unitChangedMs },
      fix: "set-unit",
      message: `its unit was ${quoted(unitBefore)} and is ${quoted(unit)} now: older values mean something else`,
      remedy: "correct the source, or say which unit it is",
      values: { before: unitBefore, after: unit },
    }
  },
  group: (group) => grouped(group, `${group.count} metrics of ${group.client} have got another unit`),
}

function quoted(unit: string): string {
  return unit === "" ? "none" : unit
}
