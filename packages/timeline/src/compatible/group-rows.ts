import type { RowBlock } from "../row-block.js"

/**
 * Every `together` rows as one, from the first one given on and not from a border; it has the number of the first of them. The last one
 * may be of fewer.
 */
export function groupRows(blocks: readonly RowBlock[], together: number): RowBlock[] {
  const length = Math.ceil(blocks.reduce((sum, { rows }) => sum + rows.length, 0) / together)
  const groups = {
    rows: new Float64Array(length),
    minimum: new Float64Array(length).fill(Number.POSITIVE_INFINITY),
    maximum: new Float64Array(length).fill(Number.NEGATIVE_INFINITY),
    sum: new Float64Array(length),
    count: new Float64Array(length),
    integral: new Float64Array(length),
    activeNs: new Float64Array(length),
  }
  let index = 0
  for (const block of blocks) {
    for (let i = 0; i < block.rows.length; i++, index++) {
      const group = Math.floor(index / together)
      if (index % together === 0) groups.rows[group] = block.rows[i]!
      groups.minimum[group] = Math.min(groups.minimum[group]!, block.minimum[i]!)
      groups.maximum[group] = Math.max(groups.maximum[group]!, block.maximum[i]!)
      groups.sum[group]! += block.sum[i]!
      groups.count[group]! += block.count[i]!
      groups.integral[group]! += block.integral[i]!
      groups.activeNs[group]! += block.activeNs[i]!
    }
  }
  return length === 0 ? [] : [groups]
}
