import { type Columns, DataError, NonMonotonicTimestamps, Timestamp } from "@metricq/protocol"
import { checkLevelParameters, type LevelParameters, levelIntervals } from "../level-parameters.js"
import { highWord, lowWord } from "./byte-order.js"
import { ROW_BYTES, RowBuffer, type RowValues } from "./row-buffer.js"

/** Rows of each level that are kept until they are taken. */
const CAPACITY = 1024

/** Longest interval_min, so that times within a row are exact as float64. */
const LONGEST_INTERVAL_MIN_NS = 2n ** 52n

/** Rows of one level that are ready. */
export interface CascadeLevel {
  readonly intervalNs: bigint
  /** Whether the original has made the file of this level by now, be it without rows. */
  exists: boolean
  readonly rows: RowBuffer
}

/** A level that is being added up from the rows below it. */
interface UpperLevel extends CascadeLevel {
  /** Begin of the row that is open. */
  startNs: bigint
  /** Rows below that it still takes. */
  missing: number
  open: RowValues
}

/**
 * Makes the rows of all levels of a metric from its points, as the original's insert does it: the same rows, at the same point, with the
 * same additions in the same order.
 *
 * A row is ready once a point at or after its end is there; a gap is filled with rows in which the next value holds. The last, open rows
 * never become ready. Whoever feeds the cascade empties the buffers in `levels` whenever `insert` stops short of the end.
 */
export class RowCascade {
  readonly levels: readonly CascadeLevel[]
  readonly #metric: string
  readonly #maxGapRows: number
  readonly #base: CascadeLevel
  readonly #uppers: readonly UpperLevel[]
  readonly #factor: number
  readonly #intervalNs: bigint
  readonly #interval: number
  /** Time of the first point; 0 before it. */
  #firstNs = 0n
  /** Begin of the open row of the lowest level, and how far in it is added up. */
  #startNs = 0n
  #until = 0
  #open = emptyRow()
  #lastHigh = 0
  #lastLow = 0

  /**
   * @param metric goes into the messages
   * @param maxGapRows longest gap between two points, in rows of the lowest level
   * @throws {DataError} `level-parameters` if the parameters cannot be, or interval_min is above 2^52 ns (52 days)
   */
  constructor(metric: string, parameters: LevelParameters, maxGapRows = Number.POSITIVE_INFINITY) {
    const { intervalMinNs, intervalFactor } = checkLevelParameters(metric, parameters)
    if (intervalMinNs > LONGEST_INTERVAL_MIN_NS) {
      throw new DataError("level-parameters", `${metric}: an interval_min of ${intervalMinNs} ns is above 52 days`)
    }
    const [base, ...uppers] = levelIntervals(parameters).map((intervalNs) => newLevel(intervalNs))
    this.levels = [base!, ...uppers]
    this.#base = base!
    this.#uppers = uppers
    this.#metric = metric
    this.#maxGapRows = maxGapRows
    this.#factor = intervalFactor
    this.#intervalNs = intervalMinNs
    this.#interval = Number(intervalMinNs)
  }

  /**
   * Take points from index `from` on.
   *
   * @returns how far it got: the number of points if it has taken all; less if a buffer is full, then call it again from there once the
   *   buffers are empty
   * @throws {NonMonotonicTimestamps} `non-monotonic` for a time that is not after the one before, or not above zero
   * @throws {DataError} `hta-gap` before a gap that is too long, of which nothing has been taken
   */
  insert({ times, values }: Columns, from: number): number {
    const words = new Int32Array(times.buffer, times.byteOffset, 2 * times.length)
    const interval = this.#interval
    let [startHigh, startLow] = [highOf(this.#startNs), lowOf(this.#startNs)]
    for (let index = from; index < times.length; index += 1) {
      const high = words[2 * index + highWord]!
      const low = words[2 * index + lowWord]! >>> 0
      const value = values[index]!
      if (high < this.#lastHigh || (high === this.#lastHigh && low <= this.#lastLow)) this.#refuse(times[index]!)
      let at = (high - startHigh) * 2 ** 32 + (low - startLow)
      if (this.#firstNs === 0n || at >= interval) {
        if (!this.#moveTo(times[index]!, value)) return index
        startHigh = highOf(this.#startNs)
        startLow = lowOf(this.#startNs)
        at = (high - startHigh) * 2 ** 32 + (low - startLow)
      }
      const open = this.#open
      if (value < open.minimum) open.minimum = value
      if (value > open.maximum) open.maximum = value
      open.sum += value
      open.count += 1
      open.integral += value * (at - this.#until)
      this.#until = at
      this.#lastHigh = high
      this.#lastLow = low
    }
    return times.length
  }

  /** Close the rows before the one that `timeNs` lies in. False if there is no room for all of them: then some of them are closed. */
  #moveTo(timeNs: bigint, value: number): boolean {
    const begin = timeNs - (timeNs % this.#intervalNs)
    if (this.#firstNs === 0n) {
      this.#firstNs = timeNs
      this.#startNs = begin
      this.#until = Number(timeNs - begin)
      return true
    }
    this.#checkGap(timeNs, begin)
    this.#base.exists = true
    const open = this.#open
    while (this.#startNs < begin) {
      if (this.#base.rows.length === CAPACITY) return false
      if (value < open.minimum) open.minimum = value
      if (value > open.maximum) open.maximum = value
      open.integral += value * (this.#interval - this.#until)
      this.#close(open)
      clear(open)
      this.#startNs += this.#intervalNs
      this.#until = 0
    }
    return true
  }

  /** Hand on a row of the lowest level, and those above that end with it. */
  #close(row: RowValues): void {
    this.#push(this.#base, this.#startNs, row)
    let startNs = this.#startNs
    let closed = row
    for (const upper of this.#uppers) {
      if (!upper.exists) this.#begin(upper, startNs)
      merge(upper.open, closed)
      if (closed !== row) clear(closed)
      upper.missing -= 1
      if (upper.missing > 0) return
      this.#push(upper, upper.startNs, upper.open)
      startNs = upper.startNs
      closed = upper.open
      upper.startNs += upper.intervalNs
      upper.missing = this.#factor
    }
    if (closed !== row) clear(closed)
  }

  /** Open the first row of an upper level with that at `startNs` of the level below, which need not be its first. */
  #begin(upper: UpperLevel, startNs: bigint): void {
    const below = upper.intervalNs / BigInt(this.#factor)
    upper.exists = true
    upper.startNs = startNs - (startNs % upper.intervalNs)
    upper.missing = this.#factor - Number((startNs - upper.startNs) / below)
  }

  #push(level: CascadeLevel, startNs: bigint, row: RowValues): void {
    const begin = startNs < this.#firstNs ? this.#firstNs : startNs
    level.rows.push(startNs, row, startNs + level.intervalNs - begin)
  }

  #checkGap(timeNs: bigint, begin: bigint): void {
    const rows = Number((begin - this.#startNs) / this.#intervalNs)
    if (rows <= this.#maxGapRows) return
    const lastNs = (BigInt(this.#lastHigh) << 32n) + BigInt(this.#lastLow)
    const between = `between ${Timestamp.fromNs(lastNs).toIso()} and ${Timestamp.fromNs(timeNs).toIso()}`
    const size = `${rows} rows of ${this.#intervalNs} ns (${Math.ceil((rows * ROW_BYTES) / 1e6)} MB)`
    const remedy = `take a longer interval_min, export only one side of the gap, or allow more than ${this.#maxGapRows} rows`
    throw new DataError("hta-gap", `${this.#metric}: the gap ${between} would be filled with ${size}: ${remedy}`)
  }

  #refuse(timeNs: bigint): never {
    const text = Timestamp.fromNs(timeNs).toIso()
    throw new NonMonotonicTimestamps("non-monotonic", `${this.#metric}: ${text} is not after the point before it`)
  }
}

function newLevel(intervalNs: bigint): UpperLevel {
  return { intervalNs, exists: false, rows: new RowBuffer(CAPACITY), startNs: 0n, missing: 0, open: emptyRow() }
}

function emptyRow(): RowValues {
  return { minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY, sum: 0, count: 0, integral: 0 }
}

function clear(row: RowValues): void {
  row.minimum = Number.POSITIVE_INFINITY
  row.maximum = Number.NEGATIVE_INFINITY
  row.sum = 0
  row.count = 0
  row.integral = 0
}

function merge(to: RowValues, row: RowValues): void {
  if (row.minimum < to.minimum) to.minimum = row.minimum
  if (row.maximum > to.maximum) to.maximum = row.maximum
  to.sum += row.sum
  to.count += row.count
  to.integral += row.integral
}

function highOf(ns: bigint): number {
  return Number(ns >> 32n)
}

function lowOf(ns: bigint): number {
  return Number(ns & 0xffff_ffffn)
}
