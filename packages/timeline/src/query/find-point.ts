import type { Run } from "../run.js"
import { pointTime } from "./block-search.js"
import { readPoints } from "./read-points.js"
import { type FoundPoint, firstPointFrom, lastPointUntil } from "./run-points.js"

/** How far back a measured value is looked for at first. */
const FIRST_STEP_NS = 1_000_000_000n

/**
 * The last point of all runs of a metric, also one that marks a gap; `undefined` without runs. Nothing is read.
 */
export function lastPoint(runs: readonly Run[]): FoundPoint | undefined {
  let last: Run | undefined
  for (const run of runs) {
    const later = last === undefined || run.lastNs > last.lastNs
    if (later || (run.lastNs === last!.lastNs && run.sequence > last!.sequence)) last = run
  }
  return last && { ns: last.lastNs, value: last.lastValue }
}

/** The last point that marks no gap, of those that have not been given up. */
export async function lastMeasured(runs: readonly Run[], signal?: AbortSignal): Promise<FoundPoint | undefined> {
  const last = lastPoint(runs)
  if (!last || !Number.isNaN(last.value)) return last
  let found: FoundPoint | undefined
  let endNs = last.ns
  for (let stepNs = FIRST_STEP_NS; !found; stepNs *= 2n) {
    const before = await pointAtOrBefore(runs, endNs - 1n)
    if (!before || !Number.isNaN(before.value)) return before
    for await (const block of readPoints(runs, before.ns - stepNs, before.ns, signal)) {
      const index = block.values.findLastIndex((value) => !Number.isNaN(value))
      if (index >= 0) found = { ns: pointTime(block, index), value: block.values[index]! }
    }
    endNs = before.ns - stepNs
  }
  return found
}

/** The last point at or before a time, of those that have not been given up. */
export async function pointAtOrBefore(runs: readonly Run[], ns: bigint): Promise<FoundPoint | undefined> {
  let found: FoundPoint | undefined
  for (const run of inOrderOfWriting(runs)) {
    if (run.firstNs > ns || (found && run.lastNs < found.ns)) continue
    const point = await lastPointUntil(run, ns)
    if (point && (!found || point.ns >= found.ns)) found = point
  }
  return found
}

/** The first point at or after a time, of those that have not been given up. */
export async function pointAtOrAfter(runs: readonly Run[], ns: bigint): Promise<FoundPoint | undefined> {
  let found: FoundPoint | undefined
  for (const run of inOrderOfWriting(runs)) {
    if (run.lastNs < ns || (found && run.firstNs > found.ns)) continue
    const point = await firstPointFrom(run, ns)
    if (point && (!found || point.ns <= found.ns)) found = point
  }
  return found
}

/** Of points at the same time the last written counts. */
function inOrderOfWriting(runs: readonly Run[]): Run[] {
  return [...runs].sort((a, b) => a.sequence - b.sequence)
}
