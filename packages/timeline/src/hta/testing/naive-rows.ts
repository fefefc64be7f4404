/** A row as a test expects it. */
export interface NaiveRow {
  readonly startNs: bigint
  readonly minimum: number
  readonly maximum: number
  readonly sum: number
  readonly count: number
  readonly integral: number
  readonly activeNs: bigint
}

/** A point as tests write it. */
export type NaivePoint = readonly [timeNs: bigint, value: number]

/**
 * The closed rows of one level by their meaning, each looked up in all the points: those within count and add up, and each value holds from
 * the point before until its own time. A row is closed where a point lies at or after its end.
 */
export function naiveRows(points: readonly NaivePoint[], intervalNs: bigint): NaiveRow[] {
  const rows: NaiveRow[] = []
  const first = points[0]?.[0]
  const last = points.at(-1)?.[0]
  if (first === undefined || last === undefined) return rows
  for (let startNs = first - (first % intervalNs); startNs + intervalNs <= last; startNs += intervalNs) {
    rows.push(naiveRow(points, startNs, startNs + intervalNs))
  }
  return rows
}

function naiveRow(points: readonly NaivePoint[], startNs: bigint, endNs: bigint): NaiveRow {
  const values: number[] = []
  let [sum, count, integral, activeNs] = [0, 0, 0, 0n]
  for (const [index, [timeNs, value]] of points.entries()) {
    const within = timeNs >= startNs && timeNs < endNs
    const heldFrom = larger(index === 0 ? timeNs : points[index - 1]![0], startNs)
    const heldNs = smaller(timeNs, endNs) - heldFrom
    if (within) {
      sum += value
      count += 1
    }
    if (heldNs > 0n) {
      integral += value * Number(heldNs)
      activeNs += heldNs
    }
    if (within || heldNs > 0n) values.push(value)
  }
  const [minimum, maximum] = [Math.min(...values), Math.max(...values)]
  return { startNs, minimum, maximum, sum, count, integral, activeNs }
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
