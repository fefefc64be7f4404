import { isSameParameters } from "../level-parameters.js"
import type { SegmentRun } from "../segment/segment-run.js"
import type { RunRef } from "./store-state.js"

/** Runs without points are merged until they have so many rows of their finest level. */
const GROUP_ROWS = 1 << 16

/**
 * Which runs without points are to become one: neighbours with rows of the same kinds, as long as no other run reaches in between.
 *
 * @param others all other runs of the metric
 */
export function rowsGroups(runs: readonly SegmentRun[], others: readonly RunRef[]): SegmentRun[][] {
  const sorted = [...runs].sort((a, b) => (a.firstNs < b.firstNs ? -1 : a.firstNs > b.firstNs ? 1 : 0))
  const groups: SegmentRun[][] = []
  let rows = 0
  for (const run of sorted) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group && last && isAlike(last, run) && rows + rowsOf(run) <= GROUP_ROWS && !isMixed(others, group[0]!, run)) {
      group.push(run)
      rows += rowsOf(run)
    } else {
      groups.push([run])
      rows = rowsOf(run)
    }
  }
  return groups
}

function isAlike(a: SegmentRun, b: SegmentRun): boolean {
  const levels = ({ entry }: SegmentRun) => entry.rowBlocks.map(({ level }) => level).join()
  const isSame = isSameParameters(a.entry.parameters, b.entry.parameters) && levels(a) === levels(b)
  return isSame && a.lastNs < b.firstNs
}

function isMixed(others: readonly RunRef[], first: SegmentRun, last: SegmentRun): boolean {
  return others.some((other) => other.firstNs <= last.lastNs && other.lastNs >= first.firstNs)
}

function rowsOf({ entry }: SegmentRun): number {
  return entry.rowBlocks[0]?.counts.reduce((sum, count) => sum + count, 0) ?? 0
}
