import type { Socket } from "node:net"
import type { MemoryGauge } from "../model/memory-gauge.js"
import { FrameWriter } from "../wire/frame-writer.js"

/** Above this many unsent bytes, consumers of the connection get no more until it has fallen to half. */
const CONGESTED_BYTES = 256 * 1024
/** A write is at most this long, so that a slow peer shows progress. */
const WRITE_BYTES = 64 * 1024

/** The way out of one connection: gathers frames, writes them, and knows how much has not left yet. */
export class Output {
  readonly writer = new FrameWriter()
  /** Called when the connection was congested and no longer is. */
  onRelief: () => void = () => {}
  readonly #socket: Socket
  readonly #gauge: MemoryGauge
  /** Sizes of the writes under way, oldest first. */
  readonly #underWay: number[] = []
  #unsent = 0
  #wasCongested = false
  /** When the oldest write under way began or the last one ended. */
  #progressAt = 0
  readonly #onWritten = () => this.#written()

  /** @param gauge counts what is on its way, since the messages in it may be gone from their queues */
  constructor(socket: Socket, gauge: MemoryGauge) {
    this.#socket = socket
    this.#gauge = gauge
  }

  /** Bytes gathered or on their way into the socket. */
  get pendingBytes(): number {
    return this.writer.pendingBytes + this.#unsent
  }

  /** Too much is on its way: deliver nothing more. `onRelief` tells when that is over. */
  get isCongested(): boolean {
    if (this.pendingBytes < CONGESTED_BYTES) return false
    this.#wasCongested = true
    return true
  }

  /** Milliseconds since the peer last took something, 0 while nothing waits for it. */
  stalledMs(now: number): number {
    return this.#underWay.length === 0 ? 0 : now - this.#progressAt
  }

  /** Writes out what was gathered. Returns whether there was anything. */
  flush(): boolean {
    const pieces = this.writer.take()
    if (pieces.length === 0) return false
    if (this.#socket.destroyed || this.#socket.writableEnded) return false
    if (this.#underWay.length === 0) this.#progressAt = performance.now()
    if (pieces.length > 1) this.#socket.cork()
    let batch = 0
    for (let index = 0; index < pieces.length; index++) {
      const piece = pieces[index] as Buffer
      batch += piece.length
      const last = index === pieces.length - 1
      if (!last && batch < WRITE_BYTES) {
        this.#socket.write(piece)
        continue
      }
      this.#underWay.push(batch)
      this.#count(batch)
      batch = 0
      this.#socket.write(piece, this.#onWritten)
    }
    if (pieces.length > 1) this.#socket.uncork()
    // Whoever stops because of what is pending now waits for the relief.
    if (this.#unsent >= CONGESTED_BYTES) this.#wasCongested = true
    return true
  }

  /** The socket is closed: nothing is on its way any more. */
  close(): void {
    this.#underWay.length = 0
    this.#count(-this.#unsent)
  }

  #count(bytes: number): void {
    this.#unsent += bytes
    if (bytes > 0) this.#gauge.add(bytes)
    else this.#gauge.subtract(-bytes)
  }

  #written(): void {
    this.#count(-(this.#underWay.shift() ?? 0))
    this.#progressAt = performance.now()
    if (!this.#wasCongested || this.pendingBytes > CONGESTED_BYTES / 2) return
    this.#wasCongested = false
    this.onRelief()
  }
}
