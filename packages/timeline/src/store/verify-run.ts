import type { Aggregate } from "../aggregate.js"
import type { PointBlock } from "../point-block.js"
import { lastTime, pointTime } from "../query/block-search.js"
import type { Pace } from "../query/pace.js"
import { RunRows } from "../query/run-rows.js"
import type { RowBlock } from "../row-block.js"
import type { Segment } from "../segment/segment.js"
import { SegmentRun } from "../segment/segment-run.js"

/** Sums may differ in so many parts of the largest that they could be, as they depend on the order of addition. */
const ROUNDING = 1e-9

/**
 * What is wrong with a run although its checksums are right.
 *
 * @throws {StorageError} `damaged` for a wrong checksum
 */
export async function* runProblems(segment: Segment, index: number, pace: Pace): AsyncGenerator<string> {
  const entry = await segment.entry(index)
  const run = new SegmentRun(segment, index, entry, entry.parameters)
  if (entry.firstNs !== segment.runs.firstNs[index] || entry.lastNs !== segment.runs.lastNs[index]) {
    yield "its times are not those of the index"
  }
  if (!entry.hasPoints) {
    for (const level of run.levels) await run.readRows(level, 0n, 2n ** 63n)
    return
  }
  const rows = new RunRows(entry.parameters, run.levels)
  let points = 0
  let previousNs: bigint | undefined
  let inOrder = true
  for await (const { block } of run.encodedPoints(0n, 2n ** 63n)) {
    points += block.offsets.length
    inOrder &&= isRising(block) && (previousNs === undefined || pointTime(block, 0) > previousNs)
    previousNs = lastTime(block)
    rows.add(block)
    await pace.step()
  }
  rows.finish()
  if (points !== entry.points) yield `it has ${points} points, not ${entry.points}`
  if (!inOrder || previousNs !== entry.lastNs) yield "its points are not in order"
  if (!isSameAggregate(rows.total, entry.total)) yield "its total is not that of its points"
  for (const level of run.levels) {
    const stored = await run.readRows(level, 0n, 2n ** 63n)
    if (!hasSameRows(rows.take(level), stored)) yield `its rows of level ${level} are not those of its points`
  }
}

function isRising({ offsets }: PointBlock): boolean {
  for (let i = 1; i < offsets.length; i++) if (offsets[i]! <= offsets[i - 1]!) return false
  return true
}

function hasSameRows(wanted: readonly RowBlock[], found: readonly RowBlock[]): boolean {
  if (wanted.length !== found.length) return false
  return wanted.every((block, b) => {
    const other = found[b]!
    const { length } = block.rows
    if (length !== other.rows.length) return false
    for (let i = 0; i < length; i++) {
      if (block.rows[i] !== other.rows[i] || !isSameAggregate(rowOf(block, i), rowOf(other, i))) return false
    }
    return true
  })
}

function rowOf(block: RowBlock, i: number): Aggregate {
  return {
    minimum: block.minimum[i]!,
    maximum: block.maximum[i]!,
    sum: block.sum[i]!,
    count: block.count[i]!,
    integral: block.integral[i]!,
    activeNs: block.activeNs[i]!,
  }
}

function isSameAggregate(a: Aggregate, b: Aggregate): boolean {
  const largest = Math.max(Math.abs(a.minimum), Math.abs(a.maximum))
  const isNear = (x: number, y: number, scale: number) => x === y || Math.abs(x - y) <= ROUNDING * scale
  return (
    a.minimum === b.minimum &&
    a.maximum === b.maximum &&
    a.count === b.count &&
    isNear(a.activeNs, b.activeNs, a.activeNs) &&
    isNear(a.sum, b.sum, largest * a.count) &&
    isNear(a.integral, b.integral, largest * a.activeNs)
  )
}
