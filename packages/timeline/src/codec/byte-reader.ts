import { DataError } from "@metricq/protocol"
import { malformed } from "./format.js"

/** Bytes of a varint of numbers below 2^53: seven of seven bits and one of four. */
const LONGEST_VARINT = 8

/**
 * Reads what a {@link ByteWriter} wrote, never past the end.
 *
 * Every method throws a `DataError` `block-truncated` where bytes are missing.
 */
export class ByteReader {
  readonly bytes: Uint8Array
  position = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Pass over `size` bytes; returns where they begin. */
  take(size: number): number {
    const start = this.position
    if (size > this.bytes.length - start) {
      throw new DataError(
        "block-truncated",
        `block ends at byte ${this.bytes.length}, inside of what starts at ${start}`,
      )
    }
    this.position = start + size
    return start
  }

  byte(): number {
    return this.bytes[this.take(1)]!
  }

  /**
   * A whole number from 0 below 2^53.
   *
   * @throws {DataError} `block-malformed` for more
   */
  varint(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < LONGEST_VARINT; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      factor *= 0x80
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw malformed(`the number before byte ${this.position} is too long`)
  }

  /**
   * A whole number between -2^53 and 2^53.
   *
   * @throws {DataError} `block-malformed` for more
   */
  signed(): number {
    const first = this.byte()
    const rest = first < 0x80 ? 0 : this.varint()
    const amount = ((first & 0x7f) >>> 1) + rest * 0x40
    if (amount > Number.MAX_SAFE_INTEGER) throw malformed(`the number before byte ${this.position} is too long`)
    return first & 1 ? -amount - 1 : amount
  }

  /** Eight bytes as they are in memory. */
  float64(): number {
    floatBytes.set(this.view(8))
    return float[0]!
  }

  /** Eight bytes, least significant first. */
  int64(): bigint {
    bigintBytes.set(this.view(8))
    return bigint[0]!
  }

  /** A view of the next `size` bytes. */
  view(size: number): Uint8Array {
    const start = this.take(size)
    return this.bytes.subarray(start, start + size)
  }

  /** @throws {DataError} `block-malformed` if bytes are left over */
  end(): void {
    if (this.position !== this.bytes.length) throw malformed(`it ends at byte ${this.position} of ${this.bytes.length}`)
  }
}

const float = new Float64Array(1)
const floatBytes = new Uint8Array(float.buffer)
const bigint = new BigInt64Array(1)
const bigintBytes = new Uint8Array(bigint.buffer)
