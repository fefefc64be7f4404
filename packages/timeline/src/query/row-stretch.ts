import type { RowBlock } from "../row-block.js"

/** Whether the rows between row `i` and the next, which do not follow each other, are filled by the value that fills both. */
export function isStretch({ minimum, maximum, count, activeNs }: RowBlock, i: number, interval: number): boolean {
  return (
    count[i] === 0 &&
    count[i + 1] === 0 &&
    activeNs[i] === interval &&
    activeNs[i + 1] === interval &&
    minimum[i] === minimum[i + 1] &&
    minimum[i] === maximum[i]
  )
}

/** How many rows a block stands for, those within stretches included. */
export function rowCount(block: RowBlock, interval: number): number {
  const { rows } = block
  let count = rows.length
  for (let i = 1; i < rows.length; i++) {
    const step = rows[i]! - rows[i - 1]!
    if (step > 1 && isStretch(block, i - 1, interval)) count += step - 1
  }
  return count
}

/** The same rows with each row of a stretch by itself: the block, if there is no stretch, or a fresh one, which may be very long. */
export function unfolded(block: RowBlock, interval: number): RowBlock {
  const length = rowCount(block, interval)
  if (length === block.rows.length) return block
  // For each row of the result, the row of the block that it is like.
  const like = new Uint32Array(length)
  const rows = new Float64Array(length)
  let at = 0
  block.rows.forEach((row, i) => {
    const before = i > 0 && isStretch(block, i - 1, interval) ? row - block.rows[i - 1]! - 1 : 0
    for (let between = before; between >= 0; between--, at++) {
      like[at] = i
      rows[at] = row - between
    }
  })
  const column = (short: Float64Array) => Float64Array.from(like, (i) => short[i]!)
  return {
    rows,
    minimum: column(block.minimum),
    maximum: column(block.maximum),
    sum: column(block.sum),
    count: column(block.count),
    integral: column(block.integral),
    activeNs: column(block.activeNs),
  }
}
