import type { AggregateRows } from "../export/series.js"
import { areIntervals, rowInterval } from "./rows.js"

/**
 * Rows merged so that they are as long as asked for, or as near below that as whole ones of the database make it; they begin at whole
 * multiples of their length since 1970. Rows that end before `beginNs` are left out: databases add the one before.
 *
 * `rows` must be in the order of their times, and is not changed. Rows that are long enough already stay as they are.
 */
export function smoothRows(rows: AggregateRows, askedNs: bigint, beginNs: bigint): AggregateRows {
  const rowNs = rowInterval(rows.times) ?? askedNs
  const inside = from(
    rows,
    rows.times.findIndex((timeNs) => timeNs + rowNs > beginNs),
  )
  const lengthNs = areIntervals(rows.times, rowNs) ? (askedNs / rowNs) * rowNs : askedNs
  if (lengthNs <= rowNs) return inside
  const groups = groupsOf(inside.times, lengthNs)
  return {
    times: BigInt64Array.from(groups, ({ timeNs }) => timeNs),
    minimum: merged(inside.minimum, groups, Math.min),
    maximum: merged(inside.maximum, groups, Math.max),
    sum: merged(inside.sum, groups, add),
    count: BigUint64Array.from(groups, (group) => total(inside.count, group)),
    integralNs: merged(inside.integralNs, groups, add),
    activeTimeNs: BigInt64Array.from(groups, (group) => total(inside.activeTimeNs, group)),
  }
}

/** Rows from index `begin` up to and without `end` that become one, which begins at `timeNs`. */
interface Group {
  readonly timeNs: bigint
  readonly begin: number
  end: number
}

function groupsOf(times: BigInt64Array, lengthNs: bigint): Group[] {
  const groups: Group[] = []
  for (const [index, rowTimeNs] of times.entries()) {
    const timeNs = rowTimeNs - (((rowTimeNs % lengthNs) + lengthNs) % lengthNs)
    const last = groups.at(-1)
    if (last?.timeNs === timeNs) last.end = index + 1
    else groups.push({ timeNs, begin: index, end: index + 1 })
  }
  return groups
}

function from(rows: AggregateRows, first: number): AggregateRows {
  const begin = first < 0 ? rows.times.length : first
  return {
    times: rows.times.subarray(begin),
    minimum: rows.minimum.subarray(begin),
    maximum: rows.maximum.subarray(begin),
    sum: rows.sum.subarray(begin),
    count: rows.count.subarray(begin),
    integralNs: rows.integralNs.subarray(begin),
    activeTimeNs: rows.activeTimeNs.subarray(begin),
  }
}

function merged(column: Float64Array, groups: readonly Group[], merge: (a: number, b: number) => number): Float64Array {
  return Float64Array.from(groups, ({ begin, end }) => column.subarray(begin, end).reduce((a, b) => merge(a, b)))
}

function total(column: BigInt64Array | BigUint64Array, { begin, end }: Group): bigint {
  let sum = 0n
  for (let index = begin; index < end; index += 1) sum += column[index] ?? 0n
  return sum
}

function add(a: number, b: number): number {
  return a + b
}
