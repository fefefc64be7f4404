import { type Columns, Timestamp } from "@metricq/protocol"
import { Deferred } from "./deferred.js"
import { AgentStopped, RPCError } from "./errors.js"
import type { ClientOptions } from "./options.js"
import { queueGone, Sink } from "./sink.js"

export interface DrainOptions extends Omit<ClientOptions, "addUuid"> {
  /** Queue of a `Subscriber`. */
  queue: string
  /** Its metrics. */
  metrics: readonly string[]
}

/** Names in one RPC; more take several. */
const unsubscribedAtOnce = 5000

interface Offer {
  metric: string
  columns: Columns
  taken: Deferred<void>
}

/**
 * Reads what a queue has collected, to its end: iterate over it, once.
 *
 *     for await (const [metric, time, value] of new Drain({ token, url, queue, metrics })) …
 *
 * Connecting ends the collection, so the points are exactly those between subscribing and draining. Messages are acknowledged as
 * the loop takes their points; leaving the loop early, or the end, stops the drain.
 */
export class Drain extends Sink {
  readonly #drained: { queue: string; metrics: readonly string[] }
  #offer: Offer | undefined
  #ended = false
  #connected: Promise<void> | undefined
  #wake = new Deferred<void>()

  constructor(options: DrainOptions) {
    super({ ...options, addUuid: true })
    this.#drained = { queue: options.queue, metrics: options.metrics }
    this.stopping.addEventListener("abort", () => {
      this.#offer?.taken.reject(this.stopping.reason)
      this.#wake.resolve()
    })
  }

  /** End the collection and begin to read. The loop does this by itself; connecting before it, or again, does no harm. */
  override connect(): Promise<void> {
    this.#connected ??= super.connect()
    return this.#connected
  }

  /**
   * All points, in the order of the queue.
   *
   * @throws {DataError} `queue-gone` if the queue has expired; what `connect()` throws; {AgentStopped} if it was stopped before the end
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<[metric: string, time: Timestamp, value: number], void, undefined> {
    await this.connect()
    try {
      for (;;) {
        const offer = await this.#next()
        if (offer === undefined) break
        const { times, values } = offer.columns
        for (let i = 0; i < times.length; i++) yield [offer.metric, Timestamp.fromNs(times[i]!), values[i]!]
        this.#offer = undefined
        offer.taken.resolve()
      }
    } finally {
      await this.stop()
    }
    await this.stopped()
  }

  override onChunk(metric: string, columns: Columns): Promise<void> {
    const taken = new Deferred<void>()
    this.#offer = { metric, columns, taken }
    this.#wake.resolve()
    return taken.promise
  }

  protected override async onEnd(): Promise<void> {
    try {
      await this.rpc("sink.release", { dataQueue: this.#drained.queue }, { repeatable: true })
    } finally {
      // The queue expires by itself; whether it could be released takes nothing from what was drained.
      this.#ended = true
      this.#wake.resolve()
    }
  }

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const { queue, metrics } = this.#drained
    try {
      for (let from = 0; from === 0 || from < metrics.length; from += unsubscribedAtOnce) {
        const some = metrics.slice(from, from + unsubscribedAtOnce)
        const end = from + unsubscribedAtOnce >= metrics.length
        const answer = await this.rpc("sink.unsubscribe", { dataQueue: queue, metrics: some, end })
        if (end) await this.consume(answer.dataServerAddress, answer.dataQueue)
      }
    } catch (cause) {
      if (!(cause instanceof RPCError) || !/NOT_FOUND|no queue/i.test(cause.message)) throw cause
      throw queueGone(queue, cause)
    }
  }

  async #next(): Promise<Offer | undefined> {
    for (;;) {
      if (this.#offer !== undefined) return this.#offer
      if (this.#ended) return undefined
      if (this.stopping.aborted) {
        throw new AgentStopped(`${this.token} was stopped before the end of its queue`, { cause: this.stopping.reason })
      }
      await this.#wake.promise
      this.#wake = new Deferred()
    }
  }
}
