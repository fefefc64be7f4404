import type { Message } from "./message.js"

/** What a queue entry needs to know of its queue when it is settled. */
export interface EntryQueue {
  /** The entry is done with: its message is let go. */
  acknowledge(entry: QueueEntry): void
  /** The entry goes back to where it stood, marked as redelivered. `deliver` must follow when all are back. */
  putBack(entry: QueueEntry): void
  /** Hands out what waits, as far as consumers take it. */
  deliver(): void
}

/** A message's place in one queue, from the push until it is settled: first waiting, then held by a consumer or a `get`. */
export class QueueEntry {
  readonly message: Message
  readonly queue: EntryQueue
  /** Ascending in the order of arrival; kept when the entry is requeued. */
  readonly position: number
  /** Moment at which it expires, in milliseconds of `performance.now()`; Infinity for never. */
  readonly expiresAt: number
  redelivered = false
  /** Who holds it unacknowledged; undefined while it waits and after a `get`. */
  consumer: Consumer | undefined = undefined

  constructor(message: Message, queue: EntryQueue, position: number, expiresAt: number) {
    this.message = message
    this.queue = queue
    this.position = position
    this.expiresAt = expiresAt
  }
}

/** Someone who takes entries from a queue. */
export interface Consumer {
  readonly exclusive: boolean
  /** Takes entries without acknowledging them: the queue forgets an entry as soon as it is taken. */
  readonly noAck: boolean
  /** Set by the queue while the consumer is not asked, because it last was not ready. Whoever makes it ready again wakes it. */
  parked: boolean
  /** Whether it may take an entry now: prefetch not used up, socket not congested. */
  isReady(): boolean
  /** Takes an entry; called only right after `isReady` said so. */
  take(entry: QueueEntry): void
  /** The queue is gone, and the consumer with it. */
  queueDeleted(): void
}
