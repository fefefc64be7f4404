import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"

/**
 * Rows of `perRow` nominal steps of 100 ms each over points of the reference data set, of which the first lies on the begin of row `firstRow`.
 *
 * A value holds back to the point before it; what lies behind the last full row is left out.
 */
export function referenceRows(points: PointBlock, perRow: number, firstRow: number): RowBlock {
  const interval = perRow * 100_000_000
  const { offsets, values } = points
  const length = Math.floor(offsets.length / perRow)
  const column = (start = 0) => new Float64Array(length).fill(start)
  const rows = {
    rows: column().map((_, row) => firstRow + row),
    minimum: column(Number.POSITIVE_INFINITY),
    maximum: column(Number.NEGATIVE_INFINITY),
    sum: column(),
    count: column(),
    integral: column(),
    activeNs: column(),
  }
  for (let i = 0; i < offsets.length; i++) {
    const value = values[i]!
    const row = Math.floor(offsets[i]! / interval)
    if (row < length) {
      rows.count[row]!++
      rows.sum[row]! += value
      include(rows, row, value)
    }
    let from = i === 0 ? offsets[0]! : offsets[i - 1]!
    while (from < offsets[i]!) {
      const held = Math.floor(from / interval)
      const to = Math.min(offsets[i]!, (held + 1) * interval)
      if (held < length) {
        rows.integral[held]! += value * (to - from)
        rows.activeNs[held]! += to - from
        include(rows, held, value)
      }
      from = to
    }
  }
  return rows
}

function include(rows: RowBlock, row: number, value: number): void {
  rows.minimum[row] = Math.min(rows.minimum[row]!, value)
  rows.maximum[row] = Math.max(rows.maximum[row]!, value)
}
