import type { Columns } from "@metricq/protocol"
import type { ReadOptions } from "../answers.js"
import type { PointBlock } from "../point-block.js"
import type { Run } from "../run.js"
import { readPoints } from "./read-points.js"
import { tooMany } from "./too-many.js"
import { storeTimes, wordsOf } from "./words.js"

/**
 * The points with `beginNs` ≤ time < `endNs`, those that mark gaps (NaN) included; the blocks are as those of `readPoints`.
 *
 * @throws {DataError} `too-many` above the limit of `options`
 */
export async function collectPoints(
  runs: readonly Run[],
  beginNs: bigint,
  endNs: bigint,
  { limit = Number.POSITIVE_INFINITY, signal }: ReadOptions = {},
): Promise<PointBlock[]> {
  const blocks: PointBlock[] = []
  let length = 0
  for await (const block of readPoints(runs, beginNs, endNs, signal)) {
    blocks.push(block)
    length += block.offsets.length
    if (length > limit) throw tooMany("points", limit)
  }
  return blocks
}

/** Points as fresh columns. */
export function pointColumns(blocks: readonly PointBlock[]): Columns {
  const length = countPoints(blocks)
  const columns = { times: new BigInt64Array(length), values: new Float64Array(length) }
  const words = wordsOf(columns.times)
  let at = 0
  for (const { baseNs, offsets, values } of blocks) {
    storeTimes(words, at, baseNs, offsets)
    columns.values.set(values, at)
    at += offsets.length
  }
  return columns
}

/** How many points there are in blocks. */
export function countPoints(blocks: readonly PointBlock[]): number {
  return blocks.reduce((sum, { offsets }) => sum + offsets.length, 0)
}

/** The same without points that mark gaps; blocks without those are not copied. */
export function measuredPoints(blocks: readonly PointBlock[]): PointBlock[] {
  return blocks.map(measured).filter(({ offsets }) => offsets.length > 0)
}

function measured(block: PointBlock): PointBlock {
  const { baseNs, offsets, values } = block
  if (!values.some(Number.isNaN)) return block
  const isMeasured = (_: number, i: number) => !Number.isNaN(values[i]!)
  return { baseNs, offsets: offsets.filter(isMeasured), values: values.filter(isMeasured) }
}
