import type { RowBlock } from "../row-block.js"
import { isStretch } from "./row-stretch.js"

/**
 * The rows of a block from `first` to before `last`, sharing its memory where it can; also those that only belong to a stretch, whose ends
 * are moved. `undefined` if there are none.
 */
export function rowSlice(block: RowBlock, intervalNs: bigint, first: number, last: number): RowBlock | undefined {
  const { length } = block.rows
  if (length === 0 || last <= first) return undefined
  if (block.rows[0]! >= first && block.rows[length - 1]! < last) return block
  const interval = Number(intervalNs)
  let { rows } = block
  let from = rowIndex(rows, first)
  let to = rowIndex(rows, last)
  if (from > 0 && from < length && rows[from]! > first && isStretch(block, from - 1, interval)) {
    rows = rows.slice()
    rows[--from] = first
  }
  if (to > from && to < length && rows[to - 1]! < last - 1 && isStretch(block, to - 1, interval)) {
    if (rows === block.rows) rows = rows.slice()
    rows[to++] = last - 1
  }
  return from < to ? slice({ ...block, rows }, from, to) : undefined
}

/** Index of the first row from `row` on; the number of rows if all are before. */
function rowIndex(rows: Float64Array, row: number): number {
  let below = -1
  let above = rows.length
  while (above - below > 1) {
    const middle = (below + above) >>> 1
    if (rows[middle]! < row) below = middle
    else above = middle
  }
  return above
}

function slice(block: RowBlock, from: number, to: number): RowBlock {
  return {
    rows: block.rows.subarray(from, to),
    minimum: block.minimum.subarray(from, to),
    maximum: block.maximum.subarray(from, to),
    sum: block.sum.subarray(from, to),
    count: block.count.subarray(from, to),
    integral: block.integral.subarray(from, to),
    activeNs: block.activeNs.subarray(from, to),
  }
}
