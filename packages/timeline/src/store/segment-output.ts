import type { Segment, SegmentContext } from "../segment/segment.js"
import { SegmentWriter, type Throttle } from "../segment/segment-writer.js"
import { reopen } from "./reopen.js"

/** A segment is ended when it has so many bytes. */
export const FULL_SEGMENT_BYTES = 1 << 30

/** Writes runs of many metrics, in order of their numbers, into as many segments as it takes. */
export class SegmentOutput {
  readonly #context: SegmentContext
  readonly #nextNumber: () => number
  readonly #sequence: number
  readonly #throttle: Throttle | undefined
  readonly #finished: number[] = []
  #writer: SegmentWriter | undefined

  constructor(context: SegmentContext, nextNumber: () => number, sequence: number, throttle?: Throttle) {
    this.#context = context
    this.#nextNumber = nextNumber
    this.#sequence = sequence
    this.#throttle = throttle
  }

  /** Where the runs of the next metric go. */
  async next(): Promise<SegmentWriter> {
    if (this.#writer && this.#writer.size >= FULL_SEGMENT_BYTES) await this.#end()
    if (!this.#writer) {
      this.#writer = new SegmentWriter(this.#context, this.#nextNumber(), this.#sequence, this.#throttle)
      await this.#writer.begin()
    }
    return this.#writer
  }

  /** Make everything safe; resolves with the segments, none if nothing was written. */
  async finish(): Promise<Segment[]> {
    await this.#end()
    const segments: Segment[] = []
    for (const number of this.#finished) segments.push(await reopen(this.#context, number))
    return segments
  }

  /** Give up, and remove what has been written. */
  async abandon(): Promise<void> {
    await this.#writer?.abandon()
    for (const number of this.#finished) {
      await new SegmentWriter(this.#context, number, this.#sequence).abandon()
    }
  }

  async #end(): Promise<void> {
    const writer = this.#writer
    if (!writer) return
    if (writer.isEmpty) await writer.abandon()
    else {
      await writer.finish()
      this.#finished.push(writer.number)
    }
    this.#writer = undefined
  }
}
