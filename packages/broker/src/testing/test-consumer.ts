import type { Consumer, QueueEntry } from "../model/delivery.js"
import type { Queue } from "../model/queue.js"
import { bodyOf } from "./messages.js"

/** A consumer that notes what it gets, and holds up to `room` entries unacknowledged. */
export class TestConsumer implements Consumer {
  readonly exclusive: boolean
  readonly noAck: boolean
  parked = false
  room: number
  /** Bodies of everything taken, in order; a redelivered one with a star behind it. */
  readonly taken: string[] = []
  readonly held: QueueEntry[] = []
  ended = false

  constructor(options: { room?: number; noAck?: boolean; exclusive?: boolean } = {}) {
    this.room = options.room ?? Number.POSITIVE_INFINITY
    this.noAck = options.noAck ?? false
    this.exclusive = options.exclusive ?? false
  }

  isReady(): boolean {
    return this.held.length < this.room
  }

  take(entry: QueueEntry): void {
    this.taken.push(bodyOf(entry.message) + (entry.redelivered ? "*" : ""))
    if (this.noAck) entry.message.release()
    else this.held.push(entry)
  }

  queueDeleted(): void {
    this.ended = true
  }

  /** Acknowledges what it has held longest and takes what comes for it. */
  acknowledge(queue: Queue): void {
    const entry = this.held.shift()
    if (entry !== undefined) queue.acknowledge(entry)
    queue.wake(this)
  }

  /** Gives all that it holds back. */
  requeueAll(queue: Queue): void {
    for (const entry of this.held.splice(0)) queue.putBack(entry)
    queue.deliver()
    queue.wake(this)
  }
}
