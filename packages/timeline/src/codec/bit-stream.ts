/** Bits written one group after the other, least significant first. */
export class BitWriter {
  #words = new Int32Array(4096)
  #at = 0
  #word = 0
  #filled = 0

  /** Begin anew, with room for `bits`. */
  reset(bits: number): void {
    const length = (bits >>> 5) + 1
    if (this.#words.length < length) this.#words = new Int32Array(2 * length)
    this.#at = 0
    this.#word = 0
    this.#filled = 0
  }

  /** The low `width` bits of `bits`, 1 to 32; those above must be zero. */
  write(bits: number, width: number): void {
    this.#word |= bits << this.#filled
    this.#filled += width
    if (this.#filled >= 32) {
      this.#words[this.#at++] = this.#word
      this.#filled -= 32
      this.#word = this.#filled === 0 ? 0 : bits >>> (width - this.#filled)
    }
  }

  /** What has been written since the reset, filled up with zeros to whole bytes; valid until the next. */
  bytes(): Uint8Array {
    this.#words[this.#at] = this.#word
    return new Uint8Array(this.#words.buffer, 0, 4 * this.#at + Math.ceil(this.#filled / 8))
  }
}

/** Reads what a {@link BitWriter} wrote. */
export class BitReader {
  #words = new Int32Array(4096)
  #bit = 0
  #end = 0

  /** Begin with a copy of `bytes`. */
  reset(bytes: Uint8Array): void {
    // Words behind the last may be read in part by a group that runs over the end.
    const length = (bytes.length >>> 2) + 4
    if (this.#words.length < length) this.#words = new Int32Array(2 * length)
    new Uint8Array(this.#words.buffer).set(bytes)
    this.#bit = 0
    this.#end = 8 * bytes.length
  }

  /** The next `width` bits, 1 to 32, as an int32. After the last they are anything. */
  read(width: number): number {
    const at = this.#bit >>> 5
    const bits = (this.#words[at]! >>> this.#bit) | ((this.#words[at + 1]! << 1) << ~this.#bit)
    this.#bit += width
    return bits & (-1 >>> (32 - width))
  }

  /** Whether more was read than there is; must be asked at least every 64 bits. */
  get overrun(): boolean {
    return this.#bit > this.#end
  }
}
