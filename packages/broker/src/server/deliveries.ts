import { ConnectionError } from "../errors.js"
import type { Consumer, QueueEntry } from "../model/delivery.js"
import { preconditionFailed } from "../model/names.js"
import type { Queue } from "../model/queue.js"
import { constants } from "../spec/constants.js"
import type { ChannelHost } from "./host.js"

/** A consumer on a channel. */
class ChannelConsumer implements Consumer {
  readonly tag: string
  readonly queue: Queue
  readonly noAck: boolean
  readonly exclusive: boolean
  /** Entries that it may hold unacknowledged; 0 for any number. */
  readonly prefetch: number
  /** The tag as the wire has it. */
  readonly tagBytes: Buffer
  unacked = 0
  parked = false
  readonly #deliveries: Deliveries

  constructor(deliveries: Deliveries, options: ConsumeOptions, prefetch: number) {
    this.#deliveries = deliveries
    this.tag = options.tag
    this.queue = options.queue
    this.noAck = options.noAck
    this.exclusive = options.exclusive
    this.prefetch = prefetch
    const tag = Buffer.from(options.tag, "utf8")
    this.tagBytes = Buffer.concat([Buffer.from([tag.length]), tag])
  }

  isReady(): boolean {
    if (!this.noAck && this.prefetch > 0 && this.unacked >= this.prefetch) return false
    return this.#deliveries.mayDeliver(this.noAck)
  }

  take(entry: QueueEntry): void {
    this.#deliveries.deliver(this, entry)
  }

  queueDeleted(): void {
    this.#deliveries.consumerEnded(this)
  }
}

/** What a consumer is made with. */
export interface ConsumeOptions {
  queue: Queue
  tag: string
  noAck: boolean
  exclusive: boolean
}

/** What a channel hands out: its consumers, and the entries that the client has and has not acknowledged. */
export class Deliveries {
  /** Prefetch of consumers to come; 0 for no limit. */
  prefetch = 0
  readonly #channel: number
  readonly #host: ChannelHost
  readonly #consumers = new Map<string, ChannelConsumer>()
  /** By delivery tag; tags ascend, so the order of the map is theirs. */
  readonly #unacked = new Map<number, QueueEntry>()
  #lastTag = 0
  /** Unacknowledged entries that consumers may hold on the whole channel; 0 for any number. */
  #channelPrefetch = 0
  #heldByConsumers = 0
  #closed = false

  constructor(channel: number, host: ChannelHost) {
    this.#channel = channel
    this.#host = host
  }

  /** Sets the limit that all consumers of the channel share; 0 for none. */
  limitChannel(prefetch: number): void {
    this.#channelPrefetch = prefetch
    this.wakeAll()
  }

  hasConsumer(tag: string): boolean {
    return this.#consumers.has(tag)
  }

  /** Adds a consumer and returns what starts it, to be called once the client has been told of it. */
  consume(options: ConsumeOptions): () => void {
    if (this.#consumers.size >= this.#host.maxConsumersPerChannel) {
      throw preconditionFailed(`more than ${this.#host.maxConsumersPerChannel} consumers on channel ${this.#channel}`)
    }
    const consumer = new ChannelConsumer(this, options, this.prefetch)
    this.#consumers.set(options.tag, consumer)
    options.queue.addConsumer(consumer)
    return () => options.queue.deliver()
  }

  /** Ends a consumer; does nothing if there is none. What it holds stays unacknowledged. */
  cancel(tag: string): void {
    const consumer = this.#consumers.get(tag)
    if (consumer === undefined) return
    this.#consumers.delete(tag)
    consumer.queue.removeConsumer(consumer)
  }

  /** @internal whether the channel has room for one more */
  mayDeliver(noAck: boolean): boolean {
    if (!noAck && this.#channelPrefetch > 0 && this.#heldByConsumers >= this.#channelPrefetch) return false
    return !this.#host.isCongested
  }

  /** @internal writes a delivery */
  deliver(consumer: ChannelConsumer, entry: QueueEntry): void {
    const tag = ++this.#lastTag
    this.#host.writer.delivery(this.#channel, consumer.tagBytes, tag, entry.redelivered, entry.message)
    this.#host.counters.delivered++
    if (consumer.noAck) {
      entry.message.release()
    } else {
      this.#unacked.set(tag, entry)
      consumer.unacked++
      this.#heldByConsumers++
    }
    this.#host.schedule()
  }

  /** @internal the queue of a consumer is gone */
  consumerEnded(consumer: ChannelConsumer): void {
    this.#consumers.delete(consumer.tag)
    if (!this.#host.wantsCancelNotice) return
    // Later, so that a client that deleted the queue itself has its answer first.
    queueMicrotask(() => {
      if (this.#closed) return
      this.#host.writer.method(this.#channel, "basic.cancel", { consumerTag: consumer.tag, noWait: true })
      this.#host.schedule()
    })
  }

  /** Takes one message for `basic.get`; false if the queue is empty. */
  get(queue: Queue, noAck: boolean): boolean {
    const entry = queue.get(noAck)
    if (entry === undefined) return false
    const tag = ++this.#lastTag
    this.#host.writer.getOk(this.#channel, tag, entry.redelivered, entry.message, queue.readyCount)
    this.#host.counters.delivered++
    if (noAck) entry.message.release()
    else this.#unacked.set(tag, entry)
    return true
  }

  /**
   * Acknowledges one delivery, or all up to it (tag 0: all).
   *
   * @throws {ChannelError} `PRECONDITION_FAILED` for a tag that is not out
   */
  acknowledge(tag: number, multiple: boolean): void {
    if (!multiple) {
      const entry = this.#takeOne(tag)
      this.#host.counters.acknowledged++
      entry.queue.acknowledge(entry)
      this.#released(entry)
      return
    }
    const entries = this.#takeUpTo(tag)
    this.#host.counters.acknowledged += entries.length
    for (const entry of entries) entry.queue.acknowledge(entry)
    for (const entry of entries) this.#released(entry)
  }

  /** Refuses deliveries: they go back to where they stood, or are dropped. Tags as in `acknowledge`. */
  refuse(tag: number, multiple: boolean, requeue: boolean): void {
    const entries = multiple ? this.#takeUpTo(tag) : [this.#takeOne(tag)]
    this.#giveBack(entries, requeue)
  }

  /** Puts everything that is out back into its queues. */
  recover(): void {
    const entries = [...this.#unacked.values()]
    this.#unacked.clear()
    this.#giveBack(entries, true)
  }

  /** Asks the queues of all consumers again: there is room after a congestion or under a new limit. */
  wakeAll(): void {
    for (const consumer of this.#consumers.values()) {
      if (consumer.parked) consumer.queue.wake(consumer)
    }
  }

  /** Ends all consumers and requeues everything that is out. */
  close(): void {
    this.#closed = true
    const consumers = [...this.#consumers.values()]
    this.#consumers.clear()
    for (const consumer of consumers) consumer.queue.removeConsumer(consumer)
    this.recover()
  }

  #giveBack(entries: readonly QueueEntry[], requeue: boolean): void {
    const holders = entries.map((entry) => entry.consumer)
    for (const entry of entries) {
      if (requeue) entry.queue.putBack(entry)
      else entry.queue.acknowledge(entry)
    }
    for (const holder of holders) this.#uncount(holder)
    for (const queue of new Set(entries.map((entry) => entry.queue))) queue.deliver()
    for (const holder of holders) this.#wake(holder)
  }

  #released(entry: QueueEntry): void {
    this.#uncount(entry.consumer)
    this.#wake(entry.consumer)
  }

  #uncount(holder: Consumer | undefined): void {
    if (!(holder instanceof ChannelConsumer)) return
    holder.unacked--
    this.#heldByConsumers--
  }

  #wake(holder: Consumer | undefined): void {
    if (!(holder instanceof ChannelConsumer)) return
    if (this.#channelPrefetch > 0) this.wakeAll()
    else if (holder.parked && holder.isReady()) holder.queue.wake(holder)
  }

  #takeOne(tag: number): QueueEntry {
    const entry = this.#unacked.get(tag)
    if (entry === undefined) throw unknownTag(tag)
    this.#unacked.delete(tag)
    return entry
  }

  #takeUpTo(tag: number): QueueEntry[] {
    if (tag !== 0 && !this.#unacked.has(tag)) throw unknownTag(tag)
    const entries: QueueEntry[] = []
    for (const [known, entry] of this.#unacked) {
      if (tag !== 0 && known > tag) break
      entries.push(entry)
      this.#unacked.delete(known)
    }
    return entries
  }
}

function unknownTag(tag: number) {
  return preconditionFailed(`unknown delivery tag ${tag}`)
}

/** 530 for a tag that the channel already has. */
export function tagInUse(tag: string): ConnectionError {
  return new ConnectionError(constants.notAllowed, `attempt to reuse consumer tag '${tag}'`)
}
