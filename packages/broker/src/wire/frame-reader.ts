import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"

/** Bytes before a payload: type, channel and size. After it comes the end mark. */
export const FRAME_HEAD = 7
/** Bytes of a frame beside its payload. */
export const FRAME_OVERHEAD = FRAME_HEAD + 1
const PREAMBLE_SIZE = 8

/** Takes what a frame reader finds. The ranges stay valid and unchanged after the call. */
export interface FrameSink {
  /** The first eight bytes of a connection: `AMQP`, 0, and the version. Never called again. */
  onPreamble(bytes: Buffer): void
  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void
}

/**
 * Cuts a stream of bytes into the preamble and frames, however the bytes are split over chunks.
 *
 * Chunks are not copied and not changed; only a frame that spans chunks is put together in a buffer of its own, of the size
 * that its head announces and at most `frameMax`. So a peer holds `frameMax` bytes at most.
 */
export class FrameReader {
  /** Largest whole frame accepted, in bytes, head and end mark included. May change between frames. */
  frameMax: number
  readonly #sink: FrameSink
  /** What is known of a frame (or the preamble) that began in an earlier chunk, and how much of it is filled. */
  #partial: Buffer | undefined = Buffer.alloc(PREAMBLE_SIZE)
  #filled = 0
  #inPreamble = true

  constructor(sink: FrameSink, frameMax: number) {
    this.#sink = sink
    this.frameMax = frameMax
  }

  /**
   * Takes the next bytes of the stream and hands every frame that they complete to the sink.
   *
   * @throws {ConnectionError} `FRAME_ERROR` for a frame above the limit or without end mark, and whatever the sink throws;
   *   the reader must not be used after that
   */
  push(chunk: Buffer): void {
    let at = 0
    while (this.#partial !== undefined) {
      at = this.#fill(this.#partial, chunk, at)
      if (this.#partial !== undefined && at === chunk.length) return
    }
    at = this.#readFrames(chunk, at)
    if (at < chunk.length) this.#keep(chunk, at)
  }

  #readFrames(chunk: Buffer, from: number): number {
    let at = from
    while (chunk.length - at >= FRAME_HEAD) {
      const end = at + this.#frameSize(chunk, at)
      if (end > chunk.length) break
      this.#emit(chunk, at, end)
      at = end
    }
    return at
  }

  /** Adds to a frame that began before; returns where the chunk goes on. */
  #fill(partial: Buffer, chunk: Buffer, at: number): number {
    const wanted = Math.min(partial.length - this.#filled, chunk.length - at)
    chunk.copy(partial, this.#filled, at, at + wanted)
    this.#filled += wanted
    if (this.#filled === partial.length) this.#complete(partial)
    return at + wanted
  }

  #complete(partial: Buffer): void {
    if (this.#inPreamble) {
      this.#inPreamble = false
      this.#partial = undefined
      this.#sink.onPreamble(partial)
      return
    }
    if (partial.length === FRAME_HEAD) {
      this.#partial = Buffer.allocUnsafeSlow(this.#frameSize(partial, 0))
      partial.copy(this.#partial)
      return
    }
    this.#partial = undefined
    this.#emit(partial, 0, partial.length)
  }

  #keep(chunk: Buffer, at: number): void {
    const known = chunk.length - at
    this.#partial = known < FRAME_HEAD ? Buffer.alloc(FRAME_HEAD) : Buffer.allocUnsafeSlow(this.#frameSize(chunk, at))
    chunk.copy(this.#partial, 0, at)
    this.#filled = known
  }

  #frameSize(buffer: Buffer, at: number): number {
    const size = buffer.readUInt32BE(at + 3) + FRAME_OVERHEAD
    if (size <= this.frameMax) return size
    throw new ConnectionError(
      constants.frameError,
      `type ${buffer[at]}, frame of ${size} bytes is larger than the limit of ${this.frameMax}`,
    )
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    if (buffer[end - 1] !== constants.frameEnd) {
      throw new ConnectionError(constants.frameError, `frame end mark is ${buffer[end - 1]}, not ${constants.frameEnd}`)
    }
    const type = buffer[start] as number
    const channel = buffer.readUInt16BE(start + 1)
    this.#sink.onFrame(type, channel, buffer, start + FRAME_HEAD, end - 1)
  }
}
