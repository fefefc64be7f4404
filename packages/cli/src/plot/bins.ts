import type { Columns } from "@metricq/protocol"
import type { Row } from "../history/rows.js"

/** A stretch of time, from `beginNs` up to and without `endNs`, in nanoseconds since 1970. */
export interface Span {
  readonly beginNs: bigint
  readonly endNs: bigint
}

/** What is known of the values in equal stretches of a span, one a column of a plot; NaN in all three where nothing is. */
export interface Bins {
  readonly low: Float64Array
  readonly mean: Float64Array
  readonly high: Float64Array
}

/**
 * Takes points or rows in the order of their times and spreads them over the columns of a plot.
 *
 * A value counts for the time before its stamp, so a column's mean is the mean over the time that is covered in it, and its lowest and
 * highest value are never lost. A point without any time before it is still a dot.
 */
export class BinBuilder {
  readonly #span: Span
  readonly #columns: number
  readonly #lengthNs: number
  readonly #low: Float64Array
  readonly #high: Float64Array
  readonly #sum: Float64Array
  readonly #weight: Float64Array
  readonly #dots: Float64Array
  /** Offset of the last point taken, NaN before the first and after a gap. */
  #lastNs = Number.NaN

  /** `span` must not be empty. */
  constructor(span: Span, columns: number) {
    this.#span = span
    this.#columns = columns
    this.#lengthNs = Number(span.endNs - span.beginNs)
    this.#low = new Float64Array(columns).fill(Number.POSITIVE_INFINITY)
    this.#high = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY)
    this.#sum = new Float64Array(columns)
    this.#weight = new Float64Array(columns)
    this.#dots = new Float64Array(columns).fill(Number.NaN)
  }

  /**
   * Add points; those before the span only say since when the next one holds, and the first one behind it still reaches into it. NaN
   * and infinite values leave a gap, as does a value for any time more than `maxGapNs` before it.
   */
  addPoints({ times, values }: Columns, maxGapNs = Number.POSITIVE_INFINITY): void {
    for (let index = 0; index < times.length; index += 1) {
      const at = this.#offsetOf(times[index] ?? 0n)
      const value = values[index] ?? Number.NaN
      if (Number.isFinite(value)) {
        if (at > this.#lastNs) this.#cover(Math.max(this.#lastNs, at - maxGapNs), at, value, value, value)
        this.#dot(at, value, value, value)
      }
      if (!(at <= this.#lastNs)) this.#lastNs = at
    }
  }

  /** Add rows; the part of a row that lies in the span counts. Rows in which nothing is known are left out. */
  addRows(rows: readonly Row[]): void {
    for (const { timeNs, intervalNs, minimum, maximum, mean, activeNs } of rows) {
      if (!Number.isFinite(mean)) continue
      const begin = this.#offsetOf(timeNs)
      if (activeNs > 0) this.#cover(begin, begin + intervalNs, minimum, mean, maximum)
      else this.#dot(begin, minimum, mean, maximum)
    }
  }

  /** What the columns have so far. */
  build(): Bins {
    const mean = this.#sum.map((sum, column) => {
      const weight = this.#weight[column] ?? 0
      if (!(weight > 0)) return this.#dots[column] ?? Number.NaN
      // The mean of equal values is that value, whatever the rounding.
      return Math.min(this.#high[column]!, Math.max(this.#low[column]!, sum / weight))
    })
    const known = (value: number): number => (Number.isFinite(value) ? value : Number.NaN)
    return { low: this.#low.map(known), mean, high: this.#high.map(known) }
  }

  #offsetOf(timeNs: bigint): number {
    return Number(timeNs - this.#span.beginNs)
  }

  #cover(fromNs: number, toNs: number, low: number, mean: number, high: number): void {
    const scale = this.#columns / this.#lengthNs
    const from = Math.max(0, fromNs * scale)
    const to = Math.min(this.#columns, toNs * scale)
    for (let column = Math.floor(from); column < to; column += 1) {
      const weight = Math.min(column + 1, to) - Math.max(column, from)
      if (!(weight > 0)) continue
      this.#sum[column]! += mean * weight
      this.#weight[column]! += weight
      this.#widen(column, low, high)
    }
  }

  #dot(atNs: number, low: number, mean: number, high: number): void {
    const column = Math.floor((atNs / this.#lengthNs) * this.#columns)
    if (!(column >= 0 && column < this.#columns)) return
    this.#dots[column] = mean
    this.#widen(column, low, high)
  }

  #widen(column: number, low: number, high: number): void {
    this.#low[column] = Math.min(this.#low[column] ?? low, low)
    this.#high[column] = Math.max(this.#high[column] ?? high, high)
  }
}
