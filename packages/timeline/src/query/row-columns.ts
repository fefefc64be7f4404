import type { AggregateColumns } from "@metricq/protocol"
import type { TimelineRows } from "../answers.js"
import type { RowBlock } from "../row-block.js"
import { unfolded } from "./row-stretch.js"
import { storeRowTimes, storeWhole, wordsOf } from "./words.js"

/** Columns for so many aggregates. */
export function newAggregateColumns(length: number): AggregateColumns {
  return {
    minimum: new Float64Array(length),
    maximum: new Float64Array(length),
    sum: new Float64Array(length),
    count: new BigUint64Array(length),
    integralNs: new Float64Array(length),
    activeTimeNs: new BigInt64Array(length),
  }
}

/**
 * Rows as fresh columns, each row of a stretch by itself.
 *
 * @param originNs where row 0 begins
 */
export function rowColumns(blocks: readonly RowBlock[], intervalNs: bigint, originNs = 0n): TimelineRows {
  const plain = blocks.map((block) => unfolded(block, Number(intervalNs)))
  const length = plain.reduce((sum, { rows }) => sum + rows.length, 0)
  const times = new BigInt64Array(length)
  const aggregates = newAggregateColumns(length)
  const timeWords = wordsOf(times)
  const countWords = wordsOf(aggregates.count)
  const activeWords = wordsOf(aggregates.activeTimeNs)
  let at = 0
  for (const block of plain) {
    storeRowTimes(timeWords, at, intervalNs, block.rows, originNs)
    aggregates.minimum.set(block.minimum, at)
    aggregates.maximum.set(block.maximum, at)
    aggregates.sum.set(block.sum, at)
    storeWhole(countWords, at, block.count)
    aggregates.integralNs.set(block.integral, at)
    storeWhole(activeWords, at, block.activeNs)
    at += block.rows.length
  }
  return { intervalNs, times, aggregates }
}
