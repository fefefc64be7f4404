import type { ByteSource, Segment } from "./segment.js"

const WINDOW_BYTES = 1 << 19

/** Reads a segment from its begin to its end in few, large reads, for one who goes through its runs in order. */
export class WindowSource implements ByteSource {
  readonly #segment: Segment
  #window: Uint8Array = new Uint8Array()
  #position = 0

  constructor(segment: Segment) {
    this.#segment = segment
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const from = position - this.#position
    if (from < 0 || from + length > this.#window.length) {
      if (length > WINDOW_BYTES / 2) return this.#segment.read(position, length)
      this.#window = await this.#segment.read(position, WINDOW_BYTES)
      this.#position = position
      return this.#window.subarray(0, length)
    }
    return this.#window.subarray(from, from + length)
  }
}
