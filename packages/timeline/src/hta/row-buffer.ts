import { isForeign } from "./byte-order.js"

/** Size of a row in a level file: time, minimum, maximum, sum, count, integral, active time. */
export const ROW_BYTES = 56
const FIELDS = ROW_BYTES / 8

/** Of the size of the values, times their number or the time that they hold. */
const TOLERANCE = 1e-9

/** Rows of one level as they stand in its file, with room for a fixed number; used again and again. */
export class RowBuffer {
  readonly capacity: number
  length = 0
  readonly #bytes: ArrayBuffer
  readonly #floats: Float64Array
  readonly #integers: BigInt64Array

  constructor(capacity: number) {
    this.capacity = capacity
    this.#bytes = new ArrayBuffer(capacity * ROW_BYTES)
    this.#floats = new Float64Array(this.#bytes)
    this.#integers = new BigInt64Array(this.#bytes)
  }

  /** Add a row; there must be room for it. */
  push(startNs: bigint, row: RowValues, activeNs: bigint): void {
    const at = this.length * FIELDS
    this.#integers[at] = startNs
    this.#floats[at + 1] = row.minimum
    this.#floats[at + 2] = row.maximum
    this.#floats[at + 3] = row.sum
    this.#integers[at + 4] = BigInt(row.count)
    this.#floats[at + 5] = row.integral
    this.#integers[at + 6] = activeNs
    this.length += 1
  }

  /** The rows as bytes of a file; a copy, so that the buffer can be filled again. */
  toFileBytes(): Uint8Array {
    const bytes = Buffer.from(this.#bytes.slice(0, this.length * ROW_BYTES))
    return isForeign ? bytes.swap64() : bytes
  }

  /**
   * Whether row `index` says the same as the one that stands in `other` at byte `offset`, in the byte order of this machine. Sum and
   * integral may differ in their last digits, which depend on how the writing program was compiled.
   */
  agrees(index: number, other: ArrayBuffer, offset: number): boolean {
    const at = index * FIELDS
    const floats = new Float64Array(other, offset, FIELDS)
    const integers = new BigInt64Array(other, offset, FIELDS)
    for (const field of [0, 4, 6]) if (this.#integers[at + field] !== integers[field]) return false
    for (const field of [1, 2]) if (!isSame(this.#floats[at + field]!, floats[field]!)) return false
    const size = Math.max(Math.abs(floats[1]!), Math.abs(floats[2]!))
    const about = (field: number, tolerance: number): boolean => {
      const [own, theirs] = [this.#floats[at + field]!, floats[field]!]
      return isSame(own, theirs) || Math.abs(own - theirs) <= tolerance
    }
    return about(3, TOLERANCE * size * Number(integers[4])) && about(5, TOLERANCE * size * Number(integers[6]))
  }
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

/** What is known of the values of a row. */
export interface RowValues {
  minimum: number
  maximum: number
  sum: number
  count: number
  integral: number
}
