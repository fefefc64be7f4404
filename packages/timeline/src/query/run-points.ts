import type { PointBlock } from "../point-block.js"
import type { Run } from "../run.js"
import { lastTime, pointIndex, pointSlice, pointTime } from "./block-search.js"
import type { Pace } from "./pace.js"

/** A point found. */
export interface FoundPoint {
  readonly ns: bigint
  /** NaN marks a gap. */
  readonly value: number
}

/** Points read at a time, more or less. */
const POINTS_AT_ONCE = 65_536n
/** Points among which one is looked for at first, more or less. */
const POINTS_TO_SEARCH = 64n

/**
 * The points of one run with `beginNs` ≤ time < `endNs` in order, a bounded number at a time; no block is read twice.
 */
export async function* pointsOfRun(run: Run, beginNs: bigint, endNs: bigint, pace: Pace): AsyncGenerator<PointBlock> {
  const stopNs = endNs > run.lastNs ? run.lastNs + 1n : endNs
  let fromNs = beginNs < run.firstNs ? run.firstNs : beginNs
  for (let stepNs = spanOf(run, POINTS_AT_ONCE); fromNs < stopNs; ) {
    await pace.step()
    const untilNs = fromNs + stepNs < stopNs ? fromNs + stepNs : stopNs
    const blocks = await run.readPoints(fromNs, untilNs)
    if (blocks.length === 0) stepNs *= 2n
    let nextNs = untilNs
    for (const block of blocks) {
      const from = pointIndex(block, fromNs)
      const to = pointIndex(block, stopNs)
      if (from < to) yield pointSlice(block, from, to)
      const afterNs = lastTime(block) + 1n
      if (afterNs > nextNs) nextNs = afterNs
    }
    fromNs = nextNs
  }
}

/** The first point of a run at or after a time. */
export async function firstPointFrom(run: Run, ns: bigint): Promise<FoundPoint | undefined> {
  if (ns <= run.firstNs) return { ns: run.firstNs, value: run.firstValue }
  if (!run.hasPoints) return undefined
  let fromNs = ns
  for (let stepNs = spanOf(run, POINTS_TO_SEARCH); fromNs <= run.lastNs; stepNs *= 2n) {
    for (const block of await run.readPoints(fromNs, fromNs + stepNs)) {
      const index = pointIndex(block, ns)
      if (index < block.offsets.length) return { ns: pointTime(block, index), value: block.values[index]! }
    }
    fromNs += stepNs
  }
  return undefined
}

/** The last point of a run at or before a time. */
export async function lastPointUntil(run: Run, ns: bigint): Promise<FoundPoint | undefined> {
  if (ns >= run.lastNs) return { ns: run.lastNs, value: run.lastValue }
  if (!run.hasPoints) return undefined
  let endNs = ns + 1n
  for (let stepNs = spanOf(run, POINTS_TO_SEARCH); endNs > run.firstNs; stepNs *= 2n) {
    const blocks = await run.readPoints(endNs - stepNs, endNs)
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i]!
      const index = pointIndex(block, ns + 1n) - 1
      if (index >= 0) return { ns: pointTime(block, index), value: block.values[index]! }
    }
    endNs -= stepNs
  }
  return undefined
}

/** Time in which a run has about so many points; at least 1 ns. */
function spanOf({ firstNs, lastNs, points }: Run, wanted: bigint): bigint {
  return ((lastNs - firstNs) * wanted) / BigInt(points || 1) + 1n
}
