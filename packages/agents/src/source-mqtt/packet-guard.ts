/**
 * Watches the bytes that a broker sends for packets that are too large: the library would collect one of 256 MB before anyone
 * could say no. Takes the bytes in pieces of any size.
 */
export class PacketGuard {
  readonly #maxBytes: number
  /** Bytes of the packet under way that are still to come. */
  #toCome = 0
  /** Inside the fixed header: what is known of the length, and the weight of its next seven bits; 0 for the first byte. */
  #length = 0
  #weight = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether all packets up to here, and the one that begins, are small enough and have a length that can be. */
  accepts(bytes: Uint8Array): boolean {
    let at = 0
    while (at < bytes.length) {
      if (this.#toCome > 0) {
        const skipped = Math.min(this.#toCome, bytes.length - at)
        this.#toCome -= skipped
        at += skipped
        continue
      }
      if (!this.#header(bytes[at] ?? 0)) return false
      at += 1
    }
    return true
  }

  #header(byte: number): boolean {
    if (this.#weight === 0) {
      this.#weight = 1
      this.#length = 0
      return true
    }
    this.#length += (byte & 0x7f) * this.#weight
    if (byte >= 0x80) {
      this.#weight *= 128
      return this.#weight <= 128 ** 3
    }
    this.#weight = 0
    this.#toCome = this.#length
    return this.#length <= this.#maxBytes
  }
}
