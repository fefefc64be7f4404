import type { AggregateRows } from "../export/series.js"

/** What is known of the values of one metric in one interval, as numbers to work with. */
export interface Row {
  /** Begin of the interval, in nanoseconds since 1970. */
  readonly timeNs: bigint
  /** Its length. */
  readonly intervalNs: number
  readonly minimum: number
  readonly maximum: number
  /** Over time where any is covered, else over the points; NaN where nothing is known. */
  readonly mean: number
  /** How much of the interval is covered by values. */
  readonly activeNs: number
}

/** The rows of an answer; their length is the shortest distance between two of them, or `intervalNs` where there is only one. */
export function rowsOf(columns: AggregateRows, intervalNs: bigint): Row[] {
  const length = Number(rowInterval(columns.times) ?? intervalNs)
  return Array.from(columns.times, (timeNs, index): Row => {
    const activeNs = Number(columns.activeTimeNs[index])
    const sum = activeNs > 0 ? (columns.integralNs[index] ?? 0) : (columns.sum[index] ?? 0)
    return {
      timeNs,
      intervalNs: length,
      minimum: columns.minimum[index] ?? Number.NaN,
      maximum: columns.maximum[index] ?? Number.NaN,
      mean: sum / (activeNs > 0 ? activeNs : Number(columns.count[index])),
      activeNs,
    }
  })
}

/** Whether times are begins of intervals of this length; points that each came as a row of their own are not. */
export function areIntervals(times: BigInt64Array, lengthNs: bigint): boolean {
  return times.every((timeNs) => timeNs % lengthNs === 0n)
}

/** The shortest distance between two times that follow each other; undefined for less than two. */
export function rowInterval(times: BigInt64Array): bigint | undefined {
  let shortest: bigint | undefined
  for (let index = 1; index < times.length; index += 1) {
    const distance = times[index]! - times[index - 1]!
    if (distance > 0n && (shortest === undefined || distance < shortest)) shortest = distance
  }
  return shortest
}
