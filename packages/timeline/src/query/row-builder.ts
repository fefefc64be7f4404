import { type Aggregate, addAggregate, emptyAggregate } from "../aggregate.js"
import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"
import { isStretch } from "./row-stretch.js"
import { RowWriter } from "./row-writer.js"
import type { Sink } from "./sink.js"

/**
 * Makes the rows of one level from points, from rows of finer levels, or from a mixture, given in order of time.
 *
 * `previousNs` is the time of the point before what comes next; a value holds no further back. Without it the next point is taken for the
 * first of the metric, which has no active time.
 */
export class RowBuilder implements Sink {
  readonly #intervalNs: bigint
  readonly #interval: number
  readonly #maxGapNs: bigint | undefined
  readonly #maxGap: number
  readonly #writer: RowWriter
  readonly #open = emptyAggregate()
  #row = -1
  previousNs: bigint | undefined

  /** @param limit how many rows there may be; more are a `DataError` `too-many` when they are made */
  constructor(intervalNs: bigint, maxGapNs: bigint | undefined, limit?: number) {
    this.#intervalNs = intervalNs
    this.#interval = Number(intervalNs)
    this.#maxGapNs = maxGapNs
    this.#maxGap = maxGapNs === undefined ? Number.POSITIVE_INFINITY : Number(maxGapNs)
    this.#writer = new RowWriter(this.#interval, limit)
  }

  /** Take the points from index `from` to before `to`, and the time before each of them. */
  addPoints(block: PointBlock, from = 0, to = block.offsets.length): void {
    if (from >= to) return
    const { baseNs, offsets, values } = block
    const firstNs = baseNs + BigInt(offsets[from]!)
    this.arrive(firstNs, values[from]!)
    const row = firstNs / this.#intervalNs
    this.#moveTo(Number(row))
    this.#countPoint(values[from]!)
    this.#addPoints(block, from + 1, to, Number((row + 1n) * this.#intervalNs - baseNs))
    this.previousNs = baseNs + BigInt(offsets[to - 1]!)
  }

  /**
   * Take a point without counting it: its value holds back to the point before, which it becomes for the next.
   *
   * @param untilNs only the time before this is taken
   */
  arrive(ns: bigint, value: number, untilNs = ns): void {
    if (this.previousNs !== undefined) this.#hold(this.previousNs, ns, value, untilNs)
    this.previousNs = ns
  }

  /**
   * Add rows of the same or of a finer level, from index `from` to before `to`.
   *
   * @param intervalNs their length, of which that of this level is a multiple
   */
  addRows(block: RowBlock, intervalNs: bigint, from = 0, to = block.rows.length): void {
    const { rows, count, activeNs, minimum, maximum, sum, integral } = block
    const factor = Number(this.#intervalNs / intervalNs)
    const interval = Number(intervalNs)
    const open = this.#open
    for (let i = from; i < to; i++) {
      const finer = rows[i]!
      const row = factor === 1 ? finer : Math.floor(finer / factor)
      if (row !== this.#row) this.#moveTo(row)
      if (minimum[i]! < open.minimum) open.minimum = minimum[i]!
      if (maximum[i]! > open.maximum) open.maximum = maximum[i]!
      open.sum += sum[i]!
      open.count += count[i]!
      open.integral += integral[i]!
      open.activeNs += activeNs[i]!
      if (i + 1 < to && rows[i + 1]! > finer + 1 && isStretch(block, i, interval)) {
        this.#addFilled(finer + 1, rows[i + 1]! - 1, minimum[i]!, interval, factor)
      }
    }
  }

  /** Add a whole run, if it lies in one row. */
  addRun({ firstNs, lastNs, total }: Run): boolean {
    const row = firstNs / this.#intervalNs
    if (lastNs / this.#intervalNs !== row) return false
    this.#moveTo(Number(row))
    addAggregate(this.#open, total)
    return true
  }

  /** Blocks of rows that are complete, each given once. */
  take(): RowBlock[] {
    return this.#writer.take()
  }

  /** The same with the rows that were still open; nothing may be added afterwards. */
  finish(): RowBlock[] {
    this.#moveTo(-1)
    return this.#writer.finish()
  }

  /** @param end where the current row ends, as an offset */
  #addPoints({ offsets, values }: PointBlock, from: number, to: number, end: number): void {
    const maxGap = this.#maxGap
    const open = this.#open
    let rowEnd = end
    let previous = offsets[from - 1]!
    let { minimum, maximum, sum, count, integral, activeNs } = open
    for (let i = from; i < to; i++) {
      const offset = offsets[i]!
      const value = values[i]!
      if (offset >= rowEnd) {
        open.minimum = minimum
        open.maximum = maximum
        open.sum = sum
        open.count = count
        open.integral = integral
        open.activeNs = activeNs
        rowEnd = this.#cross(previous, offset, value, rowEnd)
        this.#countPoint(value)
        minimum = open.minimum
        maximum = open.maximum
        sum = open.sum
        count = open.count
        integral = open.integral
        activeNs = open.activeNs
      } else if (!Number.isNaN(value)) {
        const time = offset - previous < maxGap ? offset - previous : maxGap
        integral += value * time
        activeNs += time
        if (value < minimum) minimum = value
        if (value > maximum) maximum = value
        sum += value
        count++
      }
      previous = offset
    }
    open.minimum = minimum
    open.maximum = maximum
    open.sum = sum
    open.count = count
    open.integral = integral
    open.activeNs = activeNs
  }

  /**
   * Let the value of a point hold back to the point before, which lies in the current row, while it lies in a later one, which becomes the
   * current row. All in offsets of one block; returns the end of the new row.
   */
  #cross(previous: number, offset: number, value: number, end: number): number {
    const interval = this.#interval
    const beyond = offset - end
    const skipped = beyond < interval ? 0 : (beyond - (beyond % interval)) / interval
    const begin = end + skipped * interval
    const row = this.#row
    if (Number.isNaN(value)) {
      this.#moveTo(row + 1 + skipped)
      return begin + interval
    }
    const holdsFrom = offset - previous < this.#maxGap ? previous : offset - this.#maxGap
    if (holdsFrom < end) this.#addHold(value, end - holdsFrom)
    if (skipped > 0 && holdsFrom < begin) {
      const before = Math.max(holdsFrom - end, 0)
      const rest = before % interval
      let first = row + 1 + (before - rest) / interval
      if (rest > 0) {
        this.#moveTo(first++)
        this.#addHold(value, interval - rest)
      }
      if (first <= row + skipped) this.#fill(first, row + skipped, value)
    }
    this.#moveTo(row + 1 + skipped)
    const since = holdsFrom < begin ? begin : holdsFrom
    if (since < offset) this.#addHold(value, offset - since)
    return begin + interval
  }

  /** Let a value hold from `fromNs`, or as far as a value holds before `ns`, to `ns`, but take only the time before `untilNs`. */
  #hold(fromNs: bigint, ns: bigint, value: number, untilNs: bigint): void {
    if (Number.isNaN(value)) return
    const gapNs = this.#maxGapNs
    const beginNs = gapNs !== undefined && ns - fromNs > gapNs ? ns - gapNs : fromNs
    const endNs = ns < untilNs ? ns : untilNs
    if (beginNs >= endNs) return
    const first = beginNs / this.#intervalNs
    const last = (endNs - 1n) / this.#intervalNs
    this.#moveTo(Number(first))
    if (first === last) {
      this.#addHold(value, Number(endNs - beginNs))
      return
    }
    this.#addHold(value, Number((first + 1n) * this.#intervalNs - beginNs))
    if (last - first > 1n) this.#fill(Number(first) + 1, Number(last) - 1, value)
    this.#moveTo(Number(last))
    this.#addHold(value, Number(endNs - last * this.#intervalNs))
  }

  #addHold(value: number, time: number): void {
    const open = this.#open
    if (value < open.minimum) open.minimum = value
    if (value > open.maximum) open.maximum = value
    open.integral += value * time
    open.activeNs += time
  }

  #countPoint(value: number): void {
    if (Number.isNaN(value)) return
    const open = this.#open
    if (value < open.minimum) open.minimum = value
    if (value > open.maximum) open.maximum = value
    open.sum += value
    open.count++
  }

  /** Rows after the current one which `value` fills. */
  #fill(first: number, last: number, value: number): void {
    this.#moveTo(-1)
    this.#writer.pushFilled(first, last, value)
  }

  /** Rows from `first` to `last` of a level `factor` times as fine, each filled by `value`. */
  #addFilled(first: number, last: number, value: number, interval: number, factor: number): void {
    const add = (row: number, times: number): void => {
      if (row !== this.#row) this.#moveTo(row)
      const activeNs = times * interval
      addAggregate(this.#open, {
        minimum: value,
        maximum: value,
        sum: 0,
        count: 0,
        integral: value * activeNs,
        activeNs,
      })
    }
    const firstRow = Math.floor(first / factor)
    const lastRow = Math.floor(last / factor)
    if (firstRow === lastRow) {
      add(firstRow, last - first + 1)
      return
    }
    add(firstRow, (firstRow + 1) * factor - first)
    if (lastRow > firstRow + 1) this.#fill(firstRow + 1, lastRow - 1, value)
    add(lastRow, last - lastRow * factor + 1)
  }

  /** Close the current row, unless nothing is known of it, and begin another. */
  #moveTo(row: number): void {
    if (row === this.#row) return
    const open = this.#open
    if (open.count > 0 || open.activeNs > 0) this.#writer.push(this.#row, open)
    resetAggregate(open)
    this.#row = row
  }
}

function resetAggregate(aggregate: Aggregate): void {
  aggregate.minimum = Number.POSITIVE_INFINITY
  aggregate.maximum = Number.NEGATIVE_INFINITY
  aggregate.sum = 0
  aggregate.count = 0
  aggregate.integral = 0
  aggregate.activeNs = 0
}
