import type { Socket } from "node:net"
import type { MemoryGauge } from "../model/memory-gauge.js"
import { FrameWriter } from "../wire/frame-writer.js"

/** Above this many unsent bytes, consumers of the connection get no more until it has fallen to half. */
const CONGESTED_BYTES = 256 * 1024
/** A write is about this long at most, and so much is handed to the socket at a time: a slow peer then shows progress all along. */
const WRITE_BYTES = 64 * 1024
const SOCKET_BYTES = 128 * 1024

/** The way out of one connection: gathers frames, writes them, and knows how much has not left yet. */
export class Output {
  readonly writer = new FrameWriter()
  /** Called when the connection was congested and no longer is. */
  onRelief: () => void = () => {}
  readonly #socket: Socket
  readonly #gauge: MemoryGauge
  /** Taken from the writer, and not yet handed to the socket: from `#first` on. */
  #waiting: Buffer[] = []
  #first = 0
  /** Sizes of the writes that the socket is at, oldest first, and their sum. */
  readonly #underWay: number[] = []
  #inSocket = 0
  /** Bytes waiting or in the socket. */
  #unsent = 0
  #wasCongested = false
  #isEnding = false
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
    if (pieces.length === 0 || this.#socket.destroyed || this.#isEnding) return false
    let bytes = 0
    for (const piece of pieces) bytes += piece.length
    this.#count(bytes)
    if (this.#first === this.#waiting.length) {
      this.#waiting = pieces
      this.#first = 0
    } else {
      for (const piece of pieces) this.#waiting.push(piece)
    }
    // Whoever stops because of what is pending now waits for the relief.
    if (this.#unsent >= CONGESTED_BYTES) this.#wasCongested = true
    this.#pump()
    return true
  }

  /** Writes out what was gathered, then ends the socket; what is gathered later is dropped. */
  end(): void {
    this.flush()
    this.#isEnding = true
    this.#pump()
  }

  /** The socket is closed: nothing is on its way any more. */
  close(): void {
    this.#waiting = []
    this.#first = 0
    this.#underWay.length = 0
    this.#count(-this.#unsent)
  }

  #pump(): void {
    while (this.#first < this.#waiting.length && this.#inSocket < SOCKET_BYTES) this.#writeSome()
    if (this.#isEnding && this.#first === this.#waiting.length) this.#socket.end()
  }

  #writeSome(): void {
    let bytes = 0
    this.#socket.cork()
    while (this.#first < this.#waiting.length && bytes < WRITE_BYTES) {
      const piece = this.#waiting[this.#first++] as Buffer
      bytes += piece.length
      const isLast = this.#first === this.#waiting.length || bytes >= WRITE_BYTES
      if (isLast) this.#socket.write(piece, this.#onWritten)
      else this.#socket.write(piece)
    }
    if (this.#underWay.length === 0) this.#progressAt = performance.now()
    this.#underWay.push(bytes)
    this.#inSocket += bytes
    this.#socket.uncork()
    if (this.#first < this.#waiting.length) return
    this.#waiting = []
    this.#first = 0
  }

  #written(): void {
    const bytes = this.#underWay.shift()
    // After `close` the callbacks of what was cut off still come.
    if (bytes === undefined) return
    this.#inSocket -= bytes
    this.#count(-bytes)
    this.#progressAt = performance.now()
    this.#pump()
    if (!this.#wasCongested || this.pendingBytes > CONGESTED_BYTES / 2) return
    this.#wasCongested = false
    this.onRelief()
  }

  #count(bytes: number): void {
    this.#unsent += bytes
    if (bytes > 0) this.#gauge.add(bytes)
    else this.#gauge.subtract(-bytes)
  }
}
