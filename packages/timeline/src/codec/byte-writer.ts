const INITIAL_BYTES = 16_384

/**
 * Bytes under construction, in a buffer that grows and is used again.
 *
 * Whole numbers are varints: seven bits a byte, least significant first, the top bit set on all but the last.
 */
export class ByteWriter {
  bytes = new Uint8Array(INITIAL_BYTES)
  position = 0

  /** Begin anew. */
  reset(): void {
    this.position = 0
  }

  /** A copy of what has been written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.position)
  }

  /** Make room for `size` bytes and count them as written; returns where they begin. */
  claim(size: number): number {
    const start = this.position
    this.position = start + size
    if (this.position > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(this.position, 2 * this.bytes.length))
      bytes.set(this.bytes.subarray(0, start))
      this.bytes = bytes
    }
    return start
  }

  /** One byte: the low eight bits. */
  byte(value: number): void {
    const at = this.claim(1)
    this.bytes[at] = value
  }

  /** A whole number from 0 below 2^53. */
  varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  /** A whole number between -2^53 and 2^53: a varint of its amount, doubled, minus one if negative. */
  signed(value: number): void {
    // In two steps, because the doubled amount need not be exact as a float64.
    const amount = value < 0 ? -value - 1 : value
    const sign = value < 0 ? 1 : 0
    if (amount < 0x40) {
      this.byte(amount * 2 + sign)
      return
    }
    this.byte((amount % 0x40) * 2 + sign + 0x80)
    this.varint(Math.floor(amount / 0x40))
  }

  /** Eight bytes as they are in memory, but of any NaN those of the one NaN. */
  float64(value: number): void {
    float[0] = Number.isNaN(value) ? Number.NaN : value
    this.copy(floatBytes)
  }

  /** Eight bytes, least significant first. */
  int64(value: bigint): void {
    bigint[0] = value
    this.copy(bigintBytes)
  }

  /** Bytes as they are. */
  copy(bytes: Uint8Array): void {
    const at = this.claim(bytes.length)
    this.bytes.set(bytes, at)
  }
}

const float = new Float64Array(1)
const floatBytes = new Uint8Array(float.buffer)
const bigint = new BigInt64Array(1)
const bigintBytes = new Uint8Array(bigint.buffer)
