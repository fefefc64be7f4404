import { ColumnBuffer, type Columns, decodeDataChunkInto } from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { Deferred, delay, within } from "./deferred.js"
import { Deque } from "./deque.js"
import { Duplicates } from "./duplicates.js"
import type { Logger } from "./logger.js"
import { resendHeader } from "./publisher.js"
import { QueueConsumer } from "./queue-consumer.js"

/** Counted from the beginning. */
export interface ReceiverStats {
  /** Points handed to a handler that has finished. */
  points: number
  /** Messages acknowledged, whatever they were. */
  messages: number
  /** Points of repeated messages that had been there before. */
  duplicates: number
  /** Points of messages whose handler failed again and again. */
  setAside: number
  /** Messages that were no data chunk. */
  malformed: number
}

export interface ReceiverOptions {
  /** Messages the broker sends ahead of their acknowledgement. */
  prefetch: number
  logger: Logger
  /** Aborts when no message should be begun any more. */
  stopping: AbortSignal
  /** Handle a message. The buffer is used again as soon as this has finished. `attempt` is 0, or counts the failures before. */
  handle(metric: string, points: ColumnBuffer, attempt: number): void | Promise<void>
  /** A message was given up after its last attempt. The columns are the callee's. */
  onSetAside(metric: string, columns: Columns, error: unknown): void
  /** The end message of a queue has come. It is acknowledged when this has finished. */
  onEnd?(): void | Promise<void>
}

/** Pauses before a failed handler is tried again; after the last one the message is set aside. */
export const retryPausesMs: readonly number[] = [50, 500]

/** A handler written as `(…) => list.push(…)` returns something, too, but nothing to wait for. */
export function isPromise(value: unknown): value is Promise<void> {
  return typeof (value as PromiseLike<void> | undefined)?.then === "function"
}

/**
 * Takes the messages of a queue to a handler, one after the other in their order, also if the handler is asynchronous.
 *
 * A message is acknowledged after its handler has finished: many at once while there are more, a lone one at the end of the
 * turn of the event loop. One whose handler fails is tried again, then set aside and acknowledged; none is ever requeued.
 */
export class Receiver {
  readonly stats: ReceiverStats = { points: 0, messages: 0, duplicates: 0, setAside: 0, malformed: 0 }
  readonly #options: ReceiverOptions
  readonly #waiting = new Deque<ConsumeMessage>()
  readonly #buffer = new ColumnBuffer()
  readonly #duplicates = new Duplicates()
  readonly #consumer: QueueConsumer
  #busy: Deferred<void> | undefined

  constructor(options: ReceiverOptions) {
    this.#options = options
    this.#consumer = new QueueConsumer({
      prefetch: options.prefetch,
      onMessage: (message) => this.#take(message),
      onDetached: () => this.#forgetWaiting(),
    })
  }

  /**
   * Consume a queue on this channel from now on. Messages of the channel before that are not begun yet are forgotten: the
   * broker delivers them again. `onCancelled`: the queue has vanished.
   */
  attach(channel: Channel, queue: string, onCancelled: () => void): Promise<void> {
    return this.#consumer.attach(channel, queue, onCancelled)
  }

  /** Take no further messages, let the handler that is running finish for `graceMs` at most, and acknowledge what is done. */
  async stop(graceMs: number): Promise<void> {
    // Whoever stops from within a handler that does not wait for anything gets that handler finished.
    await new Promise((resolve) => setImmediate(resolve))
    this.#forgetWaiting()
    this.#consumer.cancel()
    if (this.#busy !== undefined) await within(graceMs, this.#busy.promise)
    this.#consumer.acknowledge()
    this.#consumer.detach()
  }

  #forgetWaiting(): void {
    while (this.#waiting.shift() !== undefined);
  }

  #take(message: ConsumeMessage): void {
    if (this.#options.stopping.aborted) return
    if (this.#busy !== undefined) {
      this.#waiting.push(message)
      return
    }
    const { channel } = this.#consumer
    const settled = this.#process(message)
    if (settled === true) this.#finish(channel, message, true)
    else void this.#continue(channel, message, settled)
  }

  /** From the first handler on that has to be waited for, until no message waits. */
  async #continue(channel: Channel | undefined, first: ConsumeMessage, settled: Promise<boolean>): Promise<void> {
    const busy = new Deferred<void>()
    this.#busy = busy
    this.#finish(channel, first, await settled)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const itsChannel = this.#consumer.channel
      const itsEnd = this.#process(next)
      this.#finish(itsChannel, next, itsEnd === true || (await itsEnd))
    }
    this.#busy = undefined
    busy.resolve()
  }

  /** Handle a message: true if it may be acknowledged, also later; false if it was left because of `stopping`. Never rejects. */
  #process(message: ConsumeMessage): true | Promise<boolean> {
    if (message.properties.type === "end") return this.#end()
    const { routingKey, redelivered } = message.fields
    const points = this.#buffer
    try {
      decodeDataChunkInto(message.content, points)
    } catch (error) {
      this.stats.malformed++
      this.#options.logger.error(`a message of ${routingKey} is no data chunk`, { reason: error })
      return true
    }
    if (redelivered || message.properties.headers?.[resendHeader] !== undefined) {
      this.stats.duplicates += this.#duplicates.remove(routingKey, points)
    }
    if (points.length === 0) return true
    try {
      const pending = this.#options.handle(routingKey, points, 0)
      if (isPromise(pending)) return this.#settle(routingKey, pending)
    } catch (error) {
      return this.#retry(routingKey, error)
    }
    this.#handled(routingKey)
    return true
  }

  async #settle(metric: string, pending: Promise<void>): Promise<boolean> {
    try {
      await pending
    } catch (error) {
      return this.#retry(metric, error)
    }
    this.#handled(metric)
    return true
  }

  async #retry(metric: string, firstError: unknown): Promise<boolean> {
    const { handle, logger, stopping } = this.#options
    let error = firstError
    for (const [attempt, pauseMs] of retryPausesMs.entries()) {
      logger.warn(`handling a message of ${metric} failed, it is tried again`, { reason: error })
      await delay(pauseMs, stopping)
      if (stopping.aborted) return false
      try {
        await handle(metric, this.#buffer, attempt + 1)
        this.#handled(metric)
        return true
      } catch (nextError) {
        error = nextError
      }
    }
    this.#setAside(metric, error)
    return true
  }

  #setAside(metric: string, error: unknown): void {
    const { times, values } = this.#buffer.columns()
    this.stats.setAside += times.length
    this.#options.logger.error(`a message of ${metric} is set aside`, { points: times.length, reason: error })
    this.#duplicates.remember(metric, this.#buffer)
    try {
      this.#options.onSetAside(metric, { times: times.slice(), values: values.slice() }, error)
    } catch (hookError) {
      this.#options.logger.error("setting a message aside failed", { reason: hookError })
    }
  }

  #handled(metric: string): void {
    this.stats.points += this.#buffer.length
    this.#duplicates.remember(metric, this.#buffer)
  }

  async #end(): Promise<boolean> {
    try {
      await this.#options.onEnd?.()
    } catch (error) {
      this.#options.logger.error("handling the end of a queue failed", { reason: error })
    }
    return true
  }

  #finish(channel: Channel | undefined, message: ConsumeMessage, settled: boolean): void {
    // A message of a lost channel is delivered again, and recognised then.
    if (channel === undefined || channel !== this.#consumer.channel) return
    if (settled) {
      this.stats.messages++
      this.#consumer.settle(message.fields.deliveryTag)
      return
    }
    this.#consumer.acknowledge()
    this.#consumer.detach()
  }
}
