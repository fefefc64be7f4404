import type { Channel, ConsumeMessage, Message } from "amqplib"

export interface QueueConsumerOptions {
  /** Messages the broker sends ahead of their acknowledgement. */
  prefetch: number
  onMessage(message: ConsumeMessage): void
  /** The channel is gone, or given up: what it has delivered and is not acknowledged, the broker delivers again. */
  onDetached?(): void
}

/**
 * Consumes a queue, on one channel at a time, and acknowledges its messages: many at once while there are more, a lone one at
 * the end of the turn of the event loop. None is ever requeued.
 */
export class QueueConsumer {
  /** Counts for the next channel. */
  prefetch: number
  readonly #options: QueueConsumerOptions
  #channel: Channel | undefined
  #consumerTag: string | undefined
  #settled = 0
  #lastTag = 0
  #scheduled = false

  constructor(options: QueueConsumerOptions) {
    this.#options = options
    this.prefetch = options.prefetch
  }

  /** The channel it consumes on now. */
  get channel(): Channel | undefined {
    return this.#channel
  }

  /** Consume on this channel from now on, where nothing else consumes. `onCancelled`: the queue has vanished. */
  async attach(channel: Channel, queue: string, onCancelled: () => void): Promise<void> {
    this.detach()
    await channel.prefetch(this.prefetch)
    this.#channel = channel
    channel.on("close", () => {
      if (this.#channel === channel) this.detach()
    })
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) onCancelled()
      else if (this.#channel === channel) this.#options.onMessage(message)
    })
    this.#consumerTag = consumerTag
  }

  /** The message with this tag, and all before it, may be acknowledged; these are `messages` more than the last time. */
  settle(deliveryTag: number, messages = 1): void {
    this.#settled += messages
    this.#lastTag = deliveryTag
    if (4 * this.#settled >= this.prefetch) this.acknowledge()
    else if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(() => {
        this.#scheduled = false
        this.acknowledge()
      })
    }
  }

  /** Acknowledge now what is settled. */
  acknowledge(): void {
    if (this.#settled === 0) return
    this.#settled = 0
    this.#acknowledge({ fields: { deliveryTag: this.#lastTag } } as Message, true)
  }

  /** Acknowledge this message alone, now; for those who never call `settle`. */
  acknowledgeOne(message: ConsumeMessage): void {
    this.#acknowledge(message, false)
  }

  /** Ask for no further messages; some may still come. */
  cancel(): void {
    if (this.#channel === undefined || this.#consumerTag === undefined) return
    this.#channel.cancel(this.#consumerTag).catch(() => {})
  }

  /** Take and acknowledge nothing more. */
  detach(): void {
    this.#channel = undefined
    this.#consumerTag = undefined
    this.#settled = 0
    this.#options.onDetached?.()
  }

  #acknowledge(message: Message, allUpTo: boolean): void {
    try {
      this.#channel?.ack(message, allUpTo)
    } catch {
      // The channel has just closed; the broker delivers the messages again.
    }
  }
}
