import type { Aggregate } from "../aggregate.js"
import type { RowBlock } from "../row-block.js"
import { isStretch } from "./row-stretch.js"
import { RowWriter } from "./row-writer.js"

/**
 * Rows of one level from two sources as one. Where both have a row, points add up, but time counts once: that of `main`, if it has any.
 */
export function mergeRows(main: readonly RowBlock[], other: readonly RowBlock[], intervalNs: bigint): RowBlock[] {
  if (main.length === 0 || other.length === 0) return [...main, ...other]
  const interval = Number(intervalNs)
  const writer = new RowWriter(interval)
  const a = new RowCursor(main, interval)
  const b = new RowCursor(other, interval)
  while (!a.atEnd || !b.atEnd) {
    if (b.atEnd || a.first < b.first) a.moveTo(writer, Math.min(a.last, b.first - 1))
    else if (a.atEnd || b.first < a.first) b.moveTo(writer, Math.min(b.last, a.first - 1))
    else {
      // Of rows without points nothing is added to time that is known, so rows of both are one row long or the same as those of `main`.
      const last = Math.min(a.last, b.last)
      if (b.aggregate.count > 0) writer.push(a.first, added(a.aggregate, b.aggregate))
      else a.write(writer, a.first, last)
      a.skipTo(last + 1)
      b.skipTo(last + 1)
    }
  }
  return writer.finish()
}

function added(main: Aggregate, other: Aggregate): Aggregate {
  const { integral, activeNs } = main.activeNs > 0 ? main : other
  return {
    minimum: Math.min(main.minimum, other.minimum),
    maximum: Math.max(main.maximum, other.maximum),
    sum: main.sum + other.sum,
    count: main.count + other.count,
    integral,
    activeNs,
  }
}

/** Goes through rows, taking those of a stretch that are alike together. */
class RowCursor {
  readonly #blocks: readonly RowBlock[]
  readonly #interval: number
  #block = 0
  #at = 0
  /** The rows from `first` to `last` have this aggregate. Beyond the end they are infinite. */
  first = 0
  last = 0
  aggregate!: Aggregate

  constructor(blocks: readonly RowBlock[], interval: number) {
    this.#blocks = blocks
    this.#interval = interval
    this.#load()
  }

  get atEnd(): boolean {
    return this.first === Number.POSITIVE_INFINITY
  }

  /** Write the rows up to `last`, and go on. */
  moveTo(writer: RowWriter, last: number): void {
    this.write(writer, this.first, last)
    this.skipTo(last + 1)
  }

  write(writer: RowWriter, first: number, last: number): void {
    if (last > first) writer.pushFilled(first, last, this.aggregate.minimum)
    else writer.push(first, this.aggregate)
  }

  /** Go on to a row that is not beyond the next. */
  skipTo(row: number): void {
    this.first = row
    if (row <= this.last) return
    this.#at++
    this.#load()
  }

  #load(): void {
    let block = this.#blocks[this.#block]
    if (block && this.#at === block.rows.length) {
      block = this.#blocks[++this.#block]
      this.#at = 0
    }
    if (!block) {
      this.first = this.last = Number.POSITIVE_INFINITY
      return
    }
    const at = this.#at
    this.first = block.rows[at]!
    this.last =
      at + 1 < block.rows.length && isStretch(block, at, this.#interval) ? block.rows[at + 1]! - 1 : this.first
    this.aggregate = {
      minimum: block.minimum[at]!,
      maximum: block.maximum[at]!,
      sum: block.sum[at]!,
      count: block.count[at]!,
      integral: block.integral[at]!,
      activeNs: block.activeNs[at]!,
    }
  }
}
