import { DataError } from "@metricq/protocol"
import { Deque } from "./deque.js"
import { PublishFailed } from "./errors.js"

/** What happens to a chunk that does not fit: the oldest ones go, `send()` waits, or `send()` fails. */
export type SpoolPolicy = "drop-oldest" | "wait" | "fail"

export interface SpoolOptions {
  /** Bytes of encoded chunks it may hold, with 200 for each chunk's bookkeeping. Default 64 MiB. */
  maxBytes?: number
  /** Default `drop-oldest`. */
  policy?: SpoolPolicy
}

/** An encoded message of one metric on its way to the broker. */
export interface Chunk {
  readonly metric: string
  readonly body: Buffer
  readonly points: number
  /** Order of creation. */
  serial: number
  /** It may have been delivered before. */
  resend: boolean
  /** How often the broker has refused it, or a channel it was on. */
  refusals: number
  /** When it was handed to the connection, by a coarse clock. */
  sentAtMs: number
}

/** Counted in points, from the beginning. */
export interface SpoolStats {
  /** Waiting or on their way now. */
  held: number
  /** Confirmed by the broker, or handed to the connection where confirms are off. */
  delivered: number
  /** Lost because the spool was full. */
  dropped: number
  /** Sent, but given up waiting for their confirm because the spool was full. */
  unconfirmed: number
  /** Given up because the broker refused them too often. */
  refused: number
}

const overheadBytes = 200
const mostRefusals = 5

/**
 * The chunks of a source between `send()` and the broker's confirm: waiting ones in order, and those in flight by the number
 * (delivery tag) of their message. Bounded in bytes. Pure bookkeeping, no I/O.
 *
 * After a refusal (the broker rejected a message, or closed the channel for one of several) every chunk that may have been
 * the reason is a suspect, and goes out alone until it is confirmed or refused for the fifth time: so one that can never be
 * delivered takes no other with it.
 */
export class Spool {
  readonly policy: SpoolPolicy
  readonly #maxBytes: number
  readonly #waiting = new Deque<Chunk>()
  #inFlight = new Deque<Chunk>()
  #bytes = 0
  #suspects = 0
  #serial = 0
  readonly #stats: SpoolStats = { held: 0, delivered: 0, dropped: 0, unconfirmed: 0, refused: 0 }

  constructor(options: SpoolOptions = {}) {
    const { maxBytes = 64 * 1024 * 1024, policy = "drop-oldest" } = options
    if (!(maxBytes >= 1024))
      throw new DataError("spool", `a spool of ${maxBytes} bytes is too small: give it 1024 at least`)
    if (!["drop-oldest", "wait", "fail"].includes(policy))
      throw new DataError("spool", `there is no spool policy "${policy}"`)
    this.#maxBytes = maxBytes
    this.policy = policy
  }

  get stats(): Readonly<SpoolStats> {
    return { ...this.#stats }
  }

  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#waiting.isEmpty && this.#inFlight.isEmpty
  }

  get hasWaiting(): boolean {
    return !this.#waiting.isEmpty
  }

  get isOverfull(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /** Room enough to let those go on who wait for it: many at once, as small steps cost more. */
  get isHalfEmpty(): boolean {
    return this.#bytes <= this.#maxBytes / 2
  }

  /** Serial of the newest chunk so far. */
  get lastSerial(): number {
    return this.#serial
  }

  /** Whether all chunks up to this serial have left, one way or another. */
  hasPassed(serial: number): boolean {
    return (
      (this.#waiting.peek()?.serial ?? serial + 1) > serial && (this.#inFlight.peek()?.serial ?? serial + 1) > serial
    )
  }

  /** The chunk in flight that waits longest for its confirm. */
  get oldestInFlight(): Chunk | undefined {
    return this.#inFlight.peek()
  }

  /**
   * Add a chunk at the end. When it does not fit: `drop-oldest` makes room, `wait` takes it up to twice the limit, and else
   *
   * @throws {PublishFailed} `spool-full`; the chunk is not kept
   */
  add(metric: string, body: Buffer, points: number): void {
    const size = body.length + overheadBytes
    if (this.#bytes + size > this.#maxBytes) this.#makeRoom(size, metric, points)
    const chunk: Chunk = { metric, body, points, serial: ++this.#serial, resend: false, refusals: 0, sentAtMs: 0 }
    this.#waiting.push(chunk)
    this.#bytes += size
    this.#stats.held += points
  }

  /** The next chunk to send, now in flight; undefined if there is none that may go now. Chunks are numbered 1, 2, … in this order. */
  next(nowMs: number): Chunk | undefined {
    if (this.#suspects > 0 && !this.#inFlight.isEmpty) return undefined
    const chunk = this.#waiting.shift()
    if (chunk === undefined) return undefined
    chunk.sentAtMs = nowMs
    this.#inFlight.push(chunk)
    return chunk
  }

  /** The next chunk to send without confirm: it counts as delivered. */
  nextUnconfirmed(): Chunk | undefined {
    const chunk = this.#waiting.shift()
    if (chunk !== undefined) this.#leave(chunk, "delivered")
    return chunk
  }

  /** The broker has confirmed the chunk with this number, or all up to it. */
  confirm(number: number, multiple: boolean): void {
    this.#settle(number, multiple, (chunk) => this.#leave(chunk, "delivered"))
  }

  /** The broker has rejected the chunk with this number, or all up to it. Returns those that are given up now. */
  refuse(number: number, multiple: boolean): Chunk[] {
    const refused: Chunk[] = []
    this.#settle(number, multiple, (chunk) => refused.push(chunk))
    return this.#sendAgain(refused, true)
  }

  /**
   * The channel is gone, and with it the confirms of all in flight: they go again, before the others; their numbers begin
   * with 1 again. `refused`: the broker closed it because of one of them. Returns those that are given up now.
   */
  rewind(refused: boolean): Chunk[] {
    const inFlight: Chunk[] = []
    for (let chunk = this.#inFlight.shift(); chunk !== undefined; chunk = this.#inFlight.shift()) inFlight.push(chunk)
    this.#inFlight = new Deque<Chunk>()
    return this.#sendAgain(inFlight, refused)
  }

  #settle(number: number, multiple: boolean, each: (chunk: Chunk) => void): void {
    // Numbers of the deque begin with 0, delivery tags with 1.
    const last = number - 1
    if (!multiple) {
      const chunk = this.#inFlight.take(last)
      if (chunk !== undefined) each(chunk)
      return
    }
    while (!this.#inFlight.isEmpty && this.#inFlight.first <= last) each(this.#inFlight.shift()!)
  }

  #sendAgain(chunks: Chunk[], refused: boolean): Chunk[] {
    const givenUp: Chunk[] = []
    for (let i = chunks.length - 1; i >= 0; i--) {
      const chunk = chunks[i]!
      chunk.resend = true
      if (refused) {
        if (chunk.refusals++ === 0) this.#suspects++
        if (chunk.refusals === mostRefusals) {
          this.#leave(chunk, "refused")
          givenUp.push(chunk)
          continue
        }
      }
      this.#waiting.unshift(chunk)
    }
    return givenUp
  }

  #makeRoom(size: number, metric: string, points: number): void {
    const limit = this.policy === "wait" ? 2 * this.#maxBytes : this.#maxBytes
    if (this.policy !== "drop-oldest" || size > limit) {
      if (this.#bytes + size <= limit) return
      this.#stats.dropped += points
      throw new PublishFailed(
        "spool-full",
        `the spool is full (${this.#bytes} bytes): ${points} points of ${metric} are lost`,
      )
    }
    while (this.#bytes + size > limit) {
      // Those in flight go first: they have been sent, only nobody knows yet whether they arrived.
      const sent = this.#inFlight.shift()
      if (sent !== undefined) this.#leave(sent, "unconfirmed")
      else this.#leave(this.#waiting.shift()!, "dropped")
    }
  }

  #leave(chunk: Chunk, how: Exclude<keyof SpoolStats, "held">): void {
    this.#bytes -= chunk.body.length + overheadBytes
    this.#stats.held -= chunk.points
    this.#stats[how] += chunk.points
    if (chunk.refusals > 0) this.#suspects--
  }
}
