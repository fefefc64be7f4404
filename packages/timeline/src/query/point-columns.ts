import type { Columns } from "@metricq/protocol"
import type { ReadOptions } from "../answers.js"
import type { PointBlock } from "../point-block.js"
import type { Run } from "../run.js"
import { readPoints } from "./read-points.js"
import { tooMany } from "./too-many.js"
import { storeTimes, wordsOf } from "./words.js"

/**
 * The points with `beginNs` ≤ time < `endNs` as fresh columns, those that mark gaps (NaN) included.
 *
 * @throws {DataError} `too-many` above the limit of `options`
 */
export async function pointColumns(
  runs: readonly Run[],
  beginNs: bigint,
  endNs: bigint,
  { limit = Number.POSITIVE_INFINITY, signal }: ReadOptions = {},
): Promise<Columns> {
  const blocks: PointBlock[] = []
  let length = 0
  for await (const block of readPoints(runs, beginNs, endNs, signal)) {
    blocks.push(block)
    length += block.offsets.length
    if (length > limit) throw tooMany("points", limit)
  }
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
