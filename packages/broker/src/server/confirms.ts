import type { FrameWriter } from "../wire/frame-writer.js"

/** Counts the publishes of a channel in confirm mode and confirms runs of them with one frame. */
export class Confirms {
  readonly #channel: number
  readonly #writer: FrameWriter
  #published = 0
  /** Accepted publishes up to the last one that no frame has confirmed yet. */
  #unsent = 0

  constructor(channel: number, writer: FrameWriter) {
    this.#channel = channel
    this.#writer = writer
  }

  /**
   * The next publish is done with: all queues took it, or one refused.
   * Returns whether a run of confirms began with it, so that `flush` is due by the end of this turn.
   */
  settle(accepted: boolean): boolean {
    if (!accepted) this.flush()
    this.#published++
    if (accepted) return this.#unsent++ === 0
    this.#writer.nack(this.#channel, this.#published, false)
    return false
  }

  /** Writes the confirm that is due. */
  flush(): void {
    if (this.#unsent === 0) return
    this.#writer.ack(this.#channel, this.#published, this.#unsent > 1)
    this.#unsent = 0
  }
}
