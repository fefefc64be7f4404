import type { Columns } from "./columns.js"
import { DataError } from "./errors.js"

const FIRST_CAPACITY = 16

/**
 * Points of one metric in columns that grow and are used again and again.
 *
 * `times` and `values` are as long as the capacity; the first `length` elements of each count. Both are replaced when the buffer grows, so
 * read them anew after `append` or decoding. It keeps the capacity of its largest content: drop the buffer to give that back.
 */
export class ColumnBuffer {
  /** How many points it holds. */
  length = 0
  #times!: BigInt64Array
  #values!: Float64Array
  #timeWords!: Int32Array
  #valueWords!: Int32Array
  /** The last views, as chunks of a metric often are of one length, and making views costs as much as decoding some points. */
  #columns: Columns | undefined

  /** @throws {DataError} `number` if `capacity` is no whole number from 0 to 2^31 */
  constructor(capacity = FIRST_CAPACITY) {
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > 2 ** 31) {
      throw new DataError("number", `a column buffer cannot have a capacity of ${capacity}`)
    }
    this.#allocate(capacity)
  }

  /** Nanoseconds since 1970-01-01 UTC; only the first `length` count. */
  get times(): BigInt64Array {
    return this.#times
  }

  /** Values; only the first `length` count. */
  get values(): Float64Array {
    return this.#values
  }

  /** `times` as 32-bit words, for the codec. @internal */
  get timeWords(): Int32Array {
    return this.#timeWords
  }

  /** `values` as 32-bit words, for the codec. @internal */
  get valueWords(): Int32Array {
    return this.#valueWords
  }

  /** Add a point at the end; its time wraps to int64 and need not be later than the one before. */
  append(timeNs: bigint, value: number): void {
    const at = this.length
    if (at === this.#times.length) this.#grow(at + 1)
    this.#times[at] = timeNs
    this.#values[at] = value
    this.length = at + 1
  }

  /** What it holds, as views: they change with the next use of the buffer. Copy with `.slice()` what should stay. */
  columns(): Columns {
    const { length } = this
    if (this.#columns?.times.length !== length) {
      this.#columns = { times: this.#times.subarray(0, length), values: this.#values.subarray(0, length) }
    }
    return this.#columns
  }

  /** Forget all points, keep the memory. */
  clear(): void {
    this.length = 0
  }

  /** Forget all points and make room for so many, exactly if there was less. @internal */
  reset(capacity: number): void {
    this.length = 0
    if (capacity > this.#times.length) this.#allocate(capacity)
  }

  #grow(least: number): void {
    const { times, values } = this.columns()
    this.#allocate(Math.max(least, FIRST_CAPACITY, times.length * 2))
    this.#times.set(times)
    this.#values.set(values)
  }

  #allocate(capacity: number): void {
    this.#columns = undefined
    this.#times = new BigInt64Array(capacity)
    this.#values = new Float64Array(capacity)
    this.#timeWords = new Int32Array(this.#times.buffer)
    this.#valueWords = new Int32Array(this.#values.buffer)
  }
}
