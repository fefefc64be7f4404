import type { Aggregate } from "../aggregate.js"
import type { RowBlock } from "../row-block.js"
import { tooMany } from "./too-many.js"

/** Rows of a block, at most. */
export const BLOCK_ROWS = 512

/** Columns with room for a block of rows. */
function newColumns() {
  return {
    rows: new Float64Array(BLOCK_ROWS),
    minimum: new Float64Array(BLOCK_ROWS),
    maximum: new Float64Array(BLOCK_ROWS),
    sum: new Float64Array(BLOCK_ROWS),
    count: new Float64Array(BLOCK_ROWS),
    integral: new Float64Array(BLOCK_ROWS),
    activeNs: new Float64Array(BLOCK_ROWS),
  }
}

/**
 * Gathers rows of one level, in order, into blocks of at most {@link BLOCK_ROWS}.
 *
 * A stretch of rows that one value fills completely is kept as its first and its last row, in the same block (see `RowBlock`), so that the
 * time between two points costs nothing however long it is.
 */
export class RowWriter {
  readonly #interval: number
  #columns = newColumns()
  #length = 0
  /** The last two rows are the ends of a stretch that may grow. */
  #inStretch = false
  #finished: RowBlock[] = []
  readonly #limit: number
  #count = 0

  /**
   * @param interval length of a row in nanoseconds, as float64
   * @param limit how many rows there may be, those of stretches included
   */
  constructor(interval: number, limit = Number.POSITIVE_INFINITY) {
    this.#interval = interval
    this.#limit = limit
  }

  /**
   * Append a row after all others; `aggregate` is copied.
   *
   * @throws {DataError} `too-many` above the limit
   */
  push(row: number, aggregate: Readonly<Aggregate>): void {
    this.#countRows(1)
    const { rows } = this.#columns
    const last = this.#length - 1
    const follows = this.#isFilled(aggregate) && this.#follows(row, aggregate.minimum)
    if (follows && this.#inStretch) {
      rows[last] = row
      return
    }
    // The second row of a stretch finds room beside the first, because a first one never takes the last place.
    if (!follows && this.#length >= BLOCK_ROWS - (this.#isFilled(aggregate) ? 1 : 0)) this.#close()
    this.#inStretch = follows
    this.#append(row, aggregate)
  }

  /**
   * Append the rows from `first` to `last`, each filled by `value` alone.
   *
   * @throws {DataError} `too-many` above the limit
   */
  pushFilled(first: number, last: number, value: number): void {
    const integral = value * this.#interval
    const row = { minimum: value, maximum: value, sum: 0, count: 0, integral, activeNs: this.#interval }
    this.push(first, row)
    if (last === first) return
    this.#countRows(last - first - 1)
    this.push(first + 1, row)
    this.#columns.rows[this.#length - 1] = last
  }

  /** Blocks that are complete, each given once. */
  take(): RowBlock[] {
    const finished = this.#finished
    this.#finished = []
    return finished
  }

  /** The same with the last block, however short; afterwards the writer is as new. */
  finish(): RowBlock[] {
    this.#close()
    return this.take()
  }

  #countRows(rows: number): void {
    this.#count += rows
    if (this.#count > this.#limit) throw tooMany("rows", this.#limit)
  }

  #isFilled({ count, activeNs, minimum, maximum }: Readonly<Aggregate>): boolean {
    return count === 0 && activeNs === this.#interval && minimum === maximum
  }

  /** Whether a row that `value` fills continues what the last row is filled with. */
  #follows(row: number, value: number): boolean {
    const last = this.#length - 1
    const { rows, minimum, maximum, count, activeNs } = this.#columns
    if (last < 0 || rows[last] !== row - 1 || count[last] !== 0 || activeNs[last] !== this.#interval) return false
    return minimum[last] === value && maximum[last] === value
  }

  #append(row: number, aggregate: Readonly<Aggregate>): void {
    const at = this.#length++
    const columns = this.#columns
    columns.rows[at] = row
    columns.minimum[at] = aggregate.minimum
    columns.maximum[at] = aggregate.maximum
    columns.sum[at] = aggregate.sum
    columns.count[at] = aggregate.count
    columns.integral[at] = aggregate.integral
    columns.activeNs[at] = aggregate.activeNs
  }

  #close(): void {
    const length = this.#length
    this.#inStretch = false
    if (length === 0) return
    const columns = this.#columns
    this.#length = 0
    this.#columns = newColumns()
    this.#finished.push(length === BLOCK_ROWS ? columns : firstRows(columns, length))
  }
}

function firstRows(columns: RowBlock, length: number): RowBlock {
  return {
    rows: columns.rows.slice(0, length),
    minimum: columns.minimum.slice(0, length),
    maximum: columns.maximum.slice(0, length),
    sum: columns.sum.slice(0, length),
    count: columns.count.slice(0, length),
    integral: columns.integral.slice(0, length),
    activeNs: columns.activeNs.slice(0, length),
  }
}
