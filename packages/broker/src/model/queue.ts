import type { Table } from "../wire/table.js"
import type { Binding, Destination } from "./binding.js"
import { ConsumerRing } from "./consumer-ring.js"
import { Deadline } from "./deadline.js"
import { type Consumer, type EntryQueue, QueueEntry } from "./delivery.js"
import type { Message } from "./message.js"
import type { QueueLimits } from "./queue-arguments.js"
import { ReadyList } from "./ready-list.js"

/** What a queue is declared with. */
export interface QueueProperties {
  readonly name: string
  readonly durable: boolean
  /** Deleted when its last consumer leaves. */
  readonly autoDelete: boolean
  /** The connection that alone may use it and with which it goes; undefined for all others. */
  readonly owner: object | undefined
  readonly arguments: Table
}

const NEVER = Number.POSITIVE_INFINITY

/**
 * Messages in the order of their arrival, handed to consumers in turn.
 *
 * Whatever makes it deletable by itself (expiry, last consumer gone) is reported through `onUnused`; whoever keeps the queue then
 * calls `close`.
 */
export class Queue implements Destination, EntryQueue {
  readonly kind = "queue"
  readonly name: string
  readonly durable: boolean
  readonly properties: QueueProperties
  readonly limits: QueueLimits
  readonly incoming = new Map<string, Binding>()
  /** Asks to be deleted: nobody uses it any more. */
  onUnused: () => void = () => {}
  routeStamp = 0
  readonly #ready = new ReadyList<QueueEntry>()
  readonly #consumers = new ConsumerRing()
  readonly #expiry = new Deadline(() => this.#expire())
  readonly #idle = new Deadline(() => this.#expireIdle())
  readonly #isBounded: boolean
  #readyBytes = 0
  #unacked = 0
  #position = 0
  #closed = false

  constructor(properties: QueueProperties, limits: QueueLimits) {
    this.properties = properties
    this.limits = limits
    this.name = properties.name
    this.durable = properties.durable
    this.#isBounded = limits.maxLength !== undefined || limits.maxLengthBytes !== undefined
    this.touch()
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Messages that wait. */
  get readyCount(): number {
    return this.#ready.length
  }

  get unackedCount(): number {
    return this.#unacked
  }

  get consumerCount(): number {
    return this.#consumers.size
  }

  get hasExclusiveConsumer(): boolean {
    return this.#consumers.isExclusive
  }

  /** Takes a message; false if the queue is full and refuses. Keeps the message if it takes it. */
  push(message: Message): boolean {
    if (this.#isBounded && this.limits.overflow === "reject-publish" && this.#isFullFor(message)) return false
    const entry = new QueueEntry(message, this, this.#position++, this.#expiryOf(message))
    message.retain()
    if (this.#ready.length === 0) {
      const consumer = this.#consumers.next()
      if (consumer !== undefined) {
        this.#hand(entry, consumer)
        return true
      }
    }
    this.#ready.push(entry)
    this.#readyBytes += message.bodyBytes
    if (this.#isBounded) this.#dropOverflow()
    if (entry.expiresAt !== NEVER) this.#watchExpiry()
    return true
  }

  /** Takes the first waiting message out, as `basic.get` does. Unless `noAck`, it must be acknowledged or put back. */
  get(noAck: boolean): QueueEntry | undefined {
    this.touch()
    this.#dropExpired()
    const entry = this.#shift()
    if (entry !== undefined && !noAck) this.#unacked++
    return entry
  }

  acknowledge(entry: QueueEntry): void {
    this.#unacked--
    entry.message.release()
  }

  putBack(entry: QueueEntry): void {
    this.#unacked--
    if (this.#closed) {
      entry.message.release()
      return
    }
    entry.redelivered = true
    entry.consumer = undefined
    this.#ready.putBack(entry)
    this.#readyBytes += entry.message.bodyBytes
  }

  deliver(): void {
    while (this.#ready.length > 0) {
      const consumer = this.#consumers.next()
      if (consumer === undefined) break
      this.#dropExpired()
      const entry = this.#shift()
      if (entry !== undefined) this.#hand(entry, consumer)
    }
    if (this.#ready.length === 0) return
    if (this.#isBounded) this.#dropOverflow()
    this.#watchExpiry()
  }

  /** Adds a consumer, which takes what waits at the next `deliver`. */
  addConsumer(consumer: Consumer): void {
    this.#consumers.add(consumer)
    this.touch()
  }

  /** Removes a consumer; what it holds stays unacknowledged until it is settled. */
  removeConsumer(consumer: Consumer): void {
    this.#consumers.remove(consumer)
    this.touch()
    if (this.#consumers.size === 0 && this.properties.autoDelete) this.onUnused()
  }

  /** A parked consumer is ready again. */
  wake(consumer: Consumer): void {
    this.#consumers.wake(consumer)
    this.deliver()
  }

  /** Drops what waits; returns how many messages that were. */
  purge(): number {
    this.#dropExpired()
    const count = this.#ready.length
    while (this.#ready.length > 0) this.#shift()?.message.release()
    return count
  }

  /** Notes that the queue is in use: its time until `x-expires` begins anew. */
  touch(): void {
    const { expiresMs } = this.limits
    if (expiresMs === undefined || this.#closed) return
    this.#idle.set(this.#consumers.size > 0 ? NEVER : performance.now() + expiresMs)
  }

  /** Ends the queue: drops what waits and tells the consumers. Returns how many messages waited. */
  close(): number {
    const count = this.purge()
    this.#closed = true
    this.#expiry.clear()
    this.#idle.clear()
    for (const consumer of [...this.#consumers]) {
      this.#consumers.remove(consumer)
      consumer.queueDeleted()
    }
    return count
  }

  #hand(entry: QueueEntry, consumer: Consumer): void {
    if (!consumer.noAck) {
      this.#unacked++
      entry.consumer = consumer
    }
    consumer.take(entry)
  }

  #shift(): QueueEntry | undefined {
    const entry = this.#ready.shift()
    if (entry !== undefined) this.#readyBytes -= entry.message.bodyBytes
    return entry
  }

  #isFullFor(message: Message): boolean {
    const { maxLength = NEVER, maxLengthBytes = NEVER } = this.limits
    return this.#ready.length + 1 > maxLength || this.#readyBytes + message.bodyBytes > maxLengthBytes
  }

  #dropOverflow(): void {
    const { maxLength = NEVER, maxLengthBytes = NEVER } = this.limits
    while (this.#ready.length > maxLength || this.#readyBytes > maxLengthBytes) {
      const entry = this.#shift()
      if (entry === undefined) return
      entry.message.release()
    }
  }

  #expiryOf(message: Message): number {
    const ttl = Math.min(this.limits.messageTtlMs ?? NEVER, message.ttlMs ?? NEVER)
    return ttl === NEVER ? NEVER : performance.now() + ttl
  }

  /** Drops what has expired at the head; behind it nothing expires before its turn. */
  #dropExpired(): void {
    let head = this.#ready.peek()
    if (head === undefined || head.expiresAt === NEVER) return
    const now = performance.now()
    while (head !== undefined && head.expiresAt <= now) {
      this.#shift()
      head.message.release()
      head = this.#ready.peek()
    }
  }

  #expire(): void {
    this.#dropExpired()
    this.#watchExpiry()
  }

  #watchExpiry(): void {
    const head = this.#ready.peek()
    if (head === undefined || head.expiresAt === NEVER) return
    if (head.expiresAt <= performance.now()) this.#dropExpired()
    this.#expiry.set(this.#ready.peek()?.expiresAt ?? NEVER)
  }

  #expireIdle(): void {
    if (this.#consumers.size === 0 && !this.#closed) this.onUnused()
  }
}
