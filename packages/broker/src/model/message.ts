import { type Content, copyBytes } from "../wire/content.js"
import type { MemoryGauge } from "./memory-gauge.js"

/** Small messages share slabs of this size: an allocation of its own would cost each more than its bytes. */
const SLAB_SIZE = 8 * 1024
/** Messages above this have a slab of their own. */
const SHARED_LIMIT = 2 * 1024
/** What a message and its place in one queue cost beside its bytes, roughly: objects, map and list entries. */
const MESSAGE_OVERHEAD = 320

/** Bytes that some messages share; they are counted until the last of these is gone. */
class Slab {
  readonly buffer: Buffer
  used = 0
  live = 0

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size)
  }
}

/** Where parts of a message lie while it is being put together. */
export interface ByteRange {
  buffer: Buffer
  start: number
  end: number
}

/**
 * A published message in memory. It is shared by all queues that hold it; the last `release` gives its bytes back.
 * Whoever keeps a message calls `retain` first; whoever made it holds it once.
 */
export class Message implements Content {
  readonly buffer: Buffer
  readonly routingStart: number
  readonly propertiesStart: number
  readonly bodyStart: number
  readonly end: number
  /** Milliseconds that it may wait in a queue; undefined for ever. */
  readonly ttlMs: number | undefined
  readonly #store: MessageStore
  readonly #slab: Slab
  #holders = 1

  /** @internal made by `MessageStore.put` */
  constructor(store: MessageStore, slab: Slab, at: number, sizes: readonly [number, number, number], ttlMs?: number) {
    this.#store = store
    this.#slab = slab
    this.buffer = slab.buffer
    this.routingStart = at
    this.propertiesStart = at + sizes[0]
    this.bodyStart = this.propertiesStart + sizes[1]
    this.end = this.bodyStart + sizes[2]
    this.ttlMs = ttlMs
  }

  /** Length of the body in bytes, which is what the limits of a queue count. */
  get bodyBytes(): number {
    return this.end - this.bodyStart
  }

  retain(): void {
    this.#holders++
  }

  release(): void {
    if (--this.#holders === 0) this.#store.free(this.#slab)
  }
}

/** Keeps the bytes of messages, small ones packed together, and reports what they hold to the gauge. */
export class MessageStore {
  readonly #gauge: MemoryGauge
  #current: Slab

  constructor(gauge: MemoryGauge) {
    this.#gauge = gauge
    this.#current = new Slab(SLAB_SIZE)
  }

  /** Copies the three parts of a message; the ranges may be reused afterwards. */
  put(routing: ByteRange, properties: ByteRange, body: ByteRange, ttlMs?: number): Message {
    const sizes = [routing.end - routing.start, properties.end - properties.start, body.end - body.start] as const
    const size = sizes[0] + sizes[1] + sizes[2]
    const slab = this.#slabFor(size)
    const at = slab.used
    slab.used = at + size
    slab.live++
    copyBytes(slab.buffer, at, routing.buffer, routing.start, routing.end)
    copyBytes(slab.buffer, at + sizes[0], properties.buffer, properties.start, properties.end)
    copyBytes(slab.buffer, at + sizes[0] + sizes[1], body.buffer, body.start, body.end)
    this.#gauge.add(MESSAGE_OVERHEAD)
    return new Message(this, slab, at, sizes, ttlMs)
  }

  /** @internal one message of the slab is gone */
  free(slab: Slab): void {
    this.#gauge.subtract(MESSAGE_OVERHEAD)
    if (--slab.live > 0) return
    if (slab === this.#current) slab.used = 0
    else this.#gauge.subtract(slab.buffer.length)
  }

  #slabFor(size: number): Slab {
    if (size > SHARED_LIMIT) {
      this.#gauge.add(size)
      return new Slab(size)
    }
    if (this.#current.used + size > SLAB_SIZE) {
      // Something lives in it, or it would be empty. It is counted once it is left behind; the current one never is.
      this.#gauge.add(SLAB_SIZE)
      this.#current = new Slab(SLAB_SIZE)
    }
    return this.#current
  }
}
