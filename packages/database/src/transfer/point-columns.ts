import { endianness } from "node:os"
import type { Columns } from "@metricq/client"

const lowWord = endianness() === "LE" ? 0 : 1
const highWord = 1 - lowWord
const FIRST_CAPACITY = 16
const NS_PER_SECOND = 1_000_000_000

/** Points of one metric as they are read from text or tables: columns that grow. Times are given as seconds and nanoseconds, without BigInt. */
export class PointColumns {
  length = 0
  #times = new BigInt64Array(FIRST_CAPACITY)
  #words = new Int32Array(this.#times.buffer)
  #values = new Float64Array(FIRST_CAPACITY)

  /** Add a point; `seconds` from 0 to 9,223,372,035, `nanos` from 0 to 999,999,999, both whole. */
  add(seconds: number, nanos: number, value: number): void {
    const at = this.length
    if (at === this.#values.length) this.#grow()
    setTime(this.#words, at, seconds, nanos)
    this.#values[at] = value
    this.length = at + 1
  }

  /** Add a point at a time in nanoseconds. */
  addNs(timeNs: bigint, value: number): void {
    const at = this.length
    if (at === this.#values.length) this.#grow()
    this.#times[at] = timeNs
    this.#values[at] = value
    this.length = at + 1
  }

  /** The points; they are valid until the next one is added. */
  get columns(): Columns {
    return { times: this.#times.subarray(0, this.length), values: this.#values.subarray(0, this.length) }
  }

  #grow(): void {
    const times = new BigInt64Array(2 * this.#times.length)
    times.set(this.#times)
    const values = new Float64Array(times.length)
    values.set(this.#values)
    this.#times = times
    this.#words = new Int32Array(times.buffer)
    this.#values = values
  }
}

/** Set element `index` of an array of 64-bit numbers, seen as words, to a time as above in nanoseconds. */
export function setTime(words: Int32Array, index: number, seconds: number, nanos: number): void {
  const low = (Math.imul(seconds, NS_PER_SECOND) + nanos) | 0
  words[2 * index + lowWord] = low
  // Rounding makes up for the last bits, which a product of this size has lost.
  words[2 * index + highWord] = Math.round((seconds * NS_PER_SECOND + nanos - (low >>> 0)) / 2 ** 32)
}

/** Points of many metrics, collected to be handed over together. */
export class PointBatch {
  points = 0
  #metrics = new Map<string, PointColumns>()

  /** Where points of a metric are added; count them in `points`. */
  of(metric: string): PointColumns {
    let columns = this.#metrics.get(metric)
    if (!columns) {
      columns = new PointColumns()
      this.#metrics.set(metric, columns)
    }
    return columns
  }

  /** Give away what has been collected, and begin anew. */
  take(): [metric: string, columns: Columns][] {
    const taken = [...this.#metrics].map(([metric, points]): [string, Columns] => [metric, points.columns])
    this.#metrics = new Map()
    this.points = 0
    return taken
  }
}
