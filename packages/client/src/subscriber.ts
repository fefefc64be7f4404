import { DataError, type DurationLike, type Metadata, type Timestamp } from "@metricq/protocol"
import { Client } from "./client.js"
import { Drain } from "./drain.js"
import { type ClientOptions, durationMs } from "./options.js"

export interface SubscriberOptions extends ClientOptions {
  metrics: readonly string[]
  /** How long the queue waits for its drain. */
  expires: DurationLike
}

/**
 * Collects data in a queue while nobody is connected: `connect()` subscribes and disconnects; a {@link Drain} reads everything later.
 *
 *     await using subscriber = new Subscriber({ token: "sink-job", url, metrics: ["lab.power"], expires: "1h" })
 *     await subscriber.connect()
 *     … do something …
 *     for await (const [metric, time, value] of subscriber.collectData()) …
 */
export class Subscriber extends Client {
  readonly expiresMs: number
  readonly #options: SubscriberOptions
  readonly #metrics: readonly string[]
  #queue: string | undefined
  #metadata: Record<string, Metadata | null> = {}

  /** @throws {DataError} without metrics, or if `expires` is not above zero */
  constructor(options: SubscriberOptions) {
    super({ addUuid: true, ...options })
    if (options.metrics.length === 0) throw new DataError("metrics", "a subscriber needs metrics")
    this.expiresMs = durationMs(options.expires, "expires")
    this.#metrics = [...options.metrics]
    this.#options = options
  }

  /** Name of the queue that collects the data. `DataError` `not-connected` before `connect()`. */
  get queue(): string {
    if (this.#queue === undefined)
      throw new DataError("not-connected", `${this.token} has not subscribed yet: call connect() first`)
    return this.#queue
  }

  /** Metadata of the metrics as it was when subscribing; null where the manager knows none. */
  get metadata(): Record<string, Metadata | null> {
    return this.#metadata
  }

  /** Subscribe, and disconnect. From now on the queue collects. */
  override async connect(): Promise<void> {
    await super.connect()
    await this.stop()
  }

  /** A drain of the queue, with the same login; options of its own replace those of the subscriber. */
  drain(options: Partial<ClientOptions> = {}): Drain {
    const { metrics: _metrics, expires: _expires, addUuid: _addUuid, ...own } = this.#options
    return new Drain({ ...own, ...options, queue: this.queue, metrics: this.#metrics })
  }

  /** Drain the queue: all points that were collected, in their order. */
  async *collectData(): AsyncGenerator<[metric: string, time: Timestamp, value: number], void, undefined> {
    yield* this.drain()
  }

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const expires = this.expiresMs / 1000
    for (let from = 0; from < this.#metrics.length; from += subscribedAtOnce) {
      const request = {
        metrics: this.#metrics.slice(from, from + subscribedAtOnce),
        expires,
        metadata: true,
        dataQueue: this.#queue,
      }
      const answer = await this.rpc<"sink.subscribe">("sink.subscribe", request, {
        repeatable: this.#queue !== undefined,
      })
      this.#queue = answer.dataQueue
      if (!Array.isArray(answer.metrics)) this.#metadata = { ...this.#metadata, ...answer.metrics }
    }
  }
}

/** Names in one RPC; more take several. */
const subscribedAtOnce = 5000
