/** Writes the primitive types of AMQP into a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer
  #length = 0

  constructor(capacity = 256) {
    this.#buffer = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** What was written so far; a view that further writing may overwrite. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  octet(value: number): void {
    const at = this.#grow(1)
    this.#buffer[at] = value
  }

  short(value: number): void {
    const at = this.#grow(2)
    this.#buffer.writeUInt16BE(value, at)
  }

  long(value: number): void {
    const at = this.#grow(4)
    this.#buffer.writeUInt32BE(value, at)
  }

  longlong(value: number): void {
    const at = this.#grow(8)
    this.#buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at)
    this.#buffer.writeUInt32BE(value >>> 0, at + 4)
  }

  int64(value: bigint): void {
    const at = this.#grow(8)
    this.#buffer.writeBigInt64BE(value, at)
  }

  double(value: number): void {
    const at = this.#grow(8)
    this.#buffer.writeDoubleBE(value, at)
  }

  float(value: number): void {
    const at = this.#grow(4)
    this.#buffer.writeFloatBE(value, at)
  }

  raw(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length)
    this.#buffer.set(bytes, at)
  }

  /** Up to 255 bytes of UTF-8; longer text is cut at the last whole character that fits. */
  shortstr(text: string): void {
    const bytes = Buffer.from(text, "utf8")
    let length = Math.min(bytes.length, 255)
    while (length < bytes.length && length > 0 && ((bytes[length] as number) & 0xc0) === 0x80) length--
    this.octet(length)
    this.raw(bytes.subarray(0, length))
  }

  longstr(bytes: Uint8Array): void {
    this.long(bytes.length)
    this.raw(bytes)
  }

  /** Overwrites four bytes written before, such as a length that was not yet known. */
  patchLong(at: number, value: number): void {
    this.#buffer.writeUInt32BE(value, at)
  }

  #grow(bytes: number): number {
    const at = this.#length
    this.#length = at + bytes
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#buffer.length))
      grown.set(this.#buffer.subarray(0, at))
      this.#buffer = grown
    }
    return at
  }
}
