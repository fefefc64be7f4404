import {
  type ColumnBuffer,
  type Columns,
  DataError,
  type DurationLike,
  type JsonObject,
  type Metadata,
  Timestamp,
} from "@metricq/protocol"
import { Client } from "./client.js"
import type { Connection } from "./connection.js"
import { deriveAddress } from "./connection-url.js"
import { type ClientOptions, durationMs } from "./options.js"
import { isPromise, Receiver, type ReceiverStats } from "./receiver.js"
import { Turns } from "./turns.js"

export interface SinkOptions extends ClientOptions {
  /** Messages the broker sends ahead of their acknowledgement. Default 400. */
  prefetch?: number
}

export interface SubscribeOptions {
  /** How long the queue lives without a consumer. Default: the manager's, 10 min. The first one given counts for all subscriptions of a sink. */
  expires?: DurationLike
  /**
   * Keep the queue and collect data in it for so long when the connection is lost, so that nothing is missing afterwards. The manager
   * must be ours. It is deleted when the sink is stopped. Default: a lost connection ends the queue, a new one begins with what comes then.
   */
  keep?: DurationLike
  /** Whether to get metadata. Default true. */
  metadata?: boolean
}

/** Metadata by metric; null where the manager knows none. */
export type SubscribedMetrics = Record<string, Metadata | null>

/** Names in one RPC; more take several. */
const subscribedAtOnce = 5000

/** How long a handler that is running when the sink stops is waited for. */
const callbackGraceMs = 500

/**
 * A client that receives points of the metrics it subscribes to.
 *
 * A subclass overrides `onData`, for single points, or `onChunk`, for the columns of a message. Messages come one after the other,
 * and each is acknowledged after its handler has finished. A handler that fails is tried again twice; then the message goes to
 * `onSetAside`. After a lost connection everything is subscribed again by itself.
 */
export class Sink extends Client {
  readonly #receiver: Receiver
  readonly #metrics = new Set<string>()
  #arguments: JsonObject = {}
  #queue: string | undefined
  #address: string | undefined
  #data: Connection | undefined
  readonly #turns = new Turns()
  #at = 0

  constructor(options: SinkOptions) {
    super({ addUuid: true, ...options })
    this.#receiver = new Receiver({
      prefetch: options.prefetch ?? 400,
      logger: this.logger,
      stopping: this.stopping,
      handle: (metric, points, attempt) => this.#handle(metric, points, attempt),
      onSetAside: (metric, columns, error) => this.onSetAside(metric, columns, error),
      onEnd: () => this.onEnd(),
    })
  }

  get stats(): Readonly<ReceiverStats> {
    return { ...this.#receiver.stats }
  }

  /** Name of the data queue, once subscribed. */
  get queue(): string | undefined {
    return this.#queue
  }

  /** Handle a point. If it returns a promise, the next point waits for it. */
  onData(_metric: string, _time: Timestamp, _value: number): void | Promise<void> {}

  /**
   * Handle the points of a message. By default calls `onData` for each.
   *
   * The columns are used again when this has finished; copy what should stay (`.slice()`).
   */
  onChunk(metric: string, columns: Columns): void | Promise<void> {
    for (let i = 0; i < columns.times.length; i++) {
      const pending = this.onData(metric, Timestamp.fromNs(columns.times[i]!), columns.values[i]!)
      if (isPromise(pending)) return this.#restOf(metric, columns, pending, i + 1)
    }
  }

  /**
   * A message whose handler has failed for the last time. The columns are yours. It has been logged and counted already; from single
   * points, those before the failing one were handled.
   */
  onSetAside(_metric: string, _columns: Columns, _error: unknown): void {}

  /**
   * Receive these metrics, besides those before; a name may be a pattern of the broker (`lab.#`). Resolves with their metadata when
   * every point sent from then on will come.
   *
   * @throws {DataError} for a list or duration that cannot be; {RPCError} if the manager refuses
   */
  subscribe(metrics: readonly string[], options: SubscribeOptions = {}): Promise<SubscribedMetrics> {
    return this.#turns.take(() => this.#subscribe(metrics, options))
  }

  /** Receive these metrics no more. What is in the queue still comes. */
  unsubscribe(metrics: readonly string[]): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#queue === undefined) return
      const request = { dataQueue: this.#queue, metrics: [...metrics], end: false }
      await this.rpc("sink.unsubscribe", request, { repeatable: true })
      for (const metric of metrics) this.#metrics.delete(metric)
    })
  }

  /** For roles: the end message has come. */
  protected onEnd(): void | Promise<void> {}

  /** For roles: consume this queue of the data network at this address; `prepare` runs first on each connection but the first; without it the loss of the queue stops the client. */
  protected async consume(
    dataServerAddress: string,
    queue: string,
    prepare?: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const data = this.openedBy(deriveAddress(this.managementUrl, dataServerAddress), `data connection ${this.token}`)
    this.#data = data
    let first = true
    data.onSetup(async (signal) => {
      if (!first) await prepare?.(signal)
      const channel = await data.openChannel({ essential: "receiving" })
      await channel.checkQueue(queue).catch((cause: unknown) => {
        if (!first && prepare === undefined) void this.stop(queueGone(queue, cause))
        throw cause
      })
      await this.#receiver.attach(channel, queue, () => data.recycle(new Error(`the queue ${queue} has vanished`)))
      first = false
    })
    try {
      await data.connect({ signal: this.stopping })
    } catch (error) {
      this.#data = undefined
      throw error
    }
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    await this.#receiver.stop(Math.min(callbackGraceMs, graceMs))
    if (this.#arguments.keep !== undefined && this.endsWell) await this.#deleteQueue()
    await this.#data?.close()
    await super.stopRole(graceMs)
  }

  async #subscribe(metrics: readonly string[], options: SubscribeOptions): Promise<SubscribedMetrics> {
    if (!Array.isArray(metrics) || metrics.some((metric) => typeof metric !== "string" || metric === "")) {
      throw new DataError("metrics", "subscribe takes a list of metric names")
    }
    this.#remember(options)
    const known: SubscribedMetrics = {}
    for (let from = 0; from === 0 || from < metrics.length; from += subscribedAtOnce) {
      const some = metrics.slice(from, from + subscribedAtOnce)
      Object.assign(known, await this.#request(some, options.metadata ?? true))
      for (const metric of some) this.#metrics.add(metric)
    }
    if (this.#data === undefined)
      await this.consume(this.#address!, this.#queue!, (signal) => this.#subscribeAgain(signal))
    return known
  }

  /** The broker wants the same arguments for a queue each time, so what was given first is given again. */
  #remember({ expires, keep }: SubscribeOptions): void {
    const given: JsonObject = {}
    if (expires !== undefined) given.expires = durationMs(expires, "expires") / 1000
    if (keep !== undefined) given.keep = durationMs(keep, "keep") / 1000
    if (this.#queue === undefined) this.#arguments = { ...this.#arguments, ...given }
    for (const name of Object.keys(given)) {
      if (given[name] === this.#arguments[name]) continue
      this.logger.warn(`${this.token}: the queue exists with ${name} ${String(this.#arguments[name])}, which stays`, {
        given: given[name],
      })
    }
  }

  async #request(metrics: string[], metadata: boolean, signal?: AbortSignal): Promise<SubscribedMetrics> {
    const request: JsonObject = { metrics, metadata, ...this.#arguments }
    if (this.#queue !== undefined) request.dataQueue = this.#queue
    const answer: JsonObject = await this.rpc("sink.subscribe" as string, request, { repeatable: true, signal })
    const { dataQueue, dataServerAddress } = answer
    if (typeof dataQueue !== "string" || typeof dataServerAddress !== "string") {
      throw new DataError(
        "subscription",
        "the manager's answer to sink.subscribe has no dataQueue or dataServerAddress",
      )
    }
    this.#queue = dataQueue
    this.#address = dataServerAddress
    return isDocuments(answer.metrics) ? answer.metrics : {}
  }

  async #subscribeAgain(signal: AbortSignal): Promise<void> {
    const metrics = [...this.#metrics]
    for (let from = 0; from === 0 || from < metrics.length; from += subscribedAtOnce) {
      await this.#request(metrics.slice(from, from + subscribedAtOnce), false, signal)
    }
  }

  async #deleteQueue(): Promise<void> {
    try {
      const channel = await this.#data?.openChannel()
      if (this.#queue !== undefined) await channel?.deleteQueue(this.#queue)
    } catch (error) {
      this.logger.warn(`${this.token}: its queue could not be deleted, it expires by itself`, { reason: error })
    }
  }

  #handle(metric: string, points: ColumnBuffer, attempt: number): void | Promise<void> {
    if (this.onChunk !== Sink.prototype.onChunk) return this.onChunk(metric, points.columns())
    return this.#eachPoint(metric, points, attempt)
  }

  /** Point by point, without the detour over columns; a repeated attempt goes on with the point that failed. */
  #eachPoint(metric: string, points: ColumnBuffer, attempt: number): void | Promise<void> {
    if (attempt === 0) this.#at = 0
    const { times, values, length } = points
    for (; this.#at < length; this.#at++) {
      const pending = this.onData(metric, Timestamp.fromNs(times[this.#at]!), values[this.#at]!)
      if (isPromise(pending)) return this.#restOfPoints(metric, points, pending)
    }
  }

  async #restOfPoints(metric: string, { times, values, length }: ColumnBuffer, pending: Promise<void>): Promise<void> {
    await pending
    for (this.#at++; this.#at < length; this.#at++) {
      await this.onData(metric, Timestamp.fromNs(times[this.#at]!), values[this.#at]!)
    }
  }

  async #restOf(metric: string, { times, values }: Columns, pending: Promise<void>, from: number): Promise<void> {
    await pending
    for (let i = from; i < times.length; i++) await this.onData(metric, Timestamp.fromNs(times[i]!), values[i]!)
  }
}

/** The error for a queue that has vanished with what it held. */
export function queueGone(queue: string, cause: unknown): DataError {
  const text = `the queue ${queue} is not there (any more): it expires when nobody reads it in time, and ends with its reader's connection`
  return new DataError("queue-gone", text, { cause })
}

function isDocuments(value: unknown): value is SubscribedMetrics {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
