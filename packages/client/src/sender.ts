import {
  type Columns,
  type DurationLike,
  exchanges,
  type JsonObject,
  type Metadata,
  type Timestamp,
} from "@metricq/protocol"
import type { Connection, ConnectionOptions } from "./connection.js"
import type { Logger } from "./logger.js"
import { durationMs } from "./options.js"
import { type Durability, Publisher } from "./publisher.js"
import { checkChunkSize, SourceMetric, undeclared } from "./source-metric.js"
import type { SpoolOptions, SpoolStats } from "./spool.js"

/** How points are sent; options of every role that sends some. */
export interface SendingOptions {
  /** Default `persistent`. */
  durability?: Durability
  spool?: SpoolOptions
}

export interface SenderOptions extends SendingOptions {
  /** Name of the client, for the log. */
  token: string
  logger: Logger
  /** Ask the manager; may be repeated. */
  rpc(name: string, args: JsonObject): Promise<unknown>
}

/** Metrics declared by one RPC; more take several. */
const declaredAtOnce = 2000

/**
 * The sending part of a role: declares its metrics, collects their points into chunks, and sends these through a spool. See
 * `Source` for what its methods promise.
 *
 * Life cycle: `sendOn()` a connection that was made with its `connectionEvents` → … → `stop()`. Sending works before it is connected, too.
 */
export class Sender {
  /** For the connection it is going to send on. */
  readonly connectionEvents: Pick<ConnectionOptions, "onLost" | "onBlocked"> = {
    onLost: (error) => this.#publisher.lost(error),
    onBlocked: (reason) => this.#publisher.setBlocked(reason !== undefined),
  }
  readonly #options: SenderOptions
  readonly #metrics = new Map<string, SourceMetric>()
  readonly #publisher: Publisher
  #chunkSize: number | null = 1

  /** @throws {DataError} for options that cannot be */
  constructor(options: SenderOptions) {
    this.#options = options
    const { durability = "persistent", spool, logger } = options
    this.#publisher = new Publisher({ exchange: exchanges.data, durability, spool, logger })
  }

  get chunkSize(): number | null {
    return this.#chunkSize
  }

  set chunkSize(size: number | null) {
    this.#chunkSize = checkChunkSize(size)
  }

  get stats(): Readonly<SpoolStats> {
    return this.#publisher.stats
  }

  /** Send on this connection, each time it is (re)connected. */
  sendOn(connection: Connection): void {
    connection.onSetup(async () => {
      const essential = "sending"
      const channel = this.#publisher.confirms
        ? await connection.openConfirmChannel({ essential })
        : await connection.openChannel({ essential })
      await channel.checkExchange(exchanges.data)
      this.#publisher.attach(channel, (error) => connection.recycle(error))
    })
  }

  async declareMetrics(metrics: Record<string, Metadata> | readonly string[]): Promise<void> {
    const entries: [string, Metadata][] = Array.isArray(metrics)
      ? metrics.map((name) => [String(name), {}])
      : Object.entries(metrics)
    const declared = entries.map(([name, metadata]) => {
      const metric = this.metric(name)
      return { metric, document: { chunkSize: metric.chunkSize, ...metadata } }
    })
    for (let from = 0; from < declared.length; from += declaredAtOnce) {
      const some = declared.slice(from, from + declaredAtOnce)
      const documents = Object.fromEntries(some.map(({ metric, document }) => [metric.id, document]))
      await this.#options.rpc("source.declare_metrics", { metrics: documents })
      for (const { metric } of some) metric.declared = true
    }
  }

  metric(name: string): SourceMetric {
    let metric = this.#metrics.get(name)
    if (metric === undefined) {
      metric = new SourceMetric(name, this)
      this.#metrics.set(name, metric)
    }
    return metric
  }

  send(metric: string, time: Timestamp, value: number): Promise<void> {
    const known = this.#metrics.get(metric)
    if (known === undefined) throw undeclared(metric)
    return known.send(time, value)
  }

  sendChunk(metric: string, columns: Columns): Promise<void> {
    const known = this.#metrics.get(metric)
    if (known === undefined) throw undeclared(metric)
    return known.sendChunk(columns)
  }

  /** Take an encoded chunk; its metrics call this. */
  addChunk(metric: string, body: Buffer, points: number): Promise<void> {
    return this.#publisher.add(metric, body, points)
  }

  async flush(options?: { timeout?: DurationLike }): Promise<void> {
    let failure: unknown
    for (const metric of this.#metrics.values()) {
      try {
        void metric.flush()
      } catch (error) {
        failure ??= error
      }
    }
    if (failure !== undefined) throw failure
    await this.#publisher.flush(options?.timeout === undefined ? undefined : durationMs(options.timeout, "timeout"))
  }

  /** Flush for `timeoutMs` at most. What is not confirmed then may be lost, and is logged. */
  async stop(timeoutMs: number): Promise<void> {
    await this.flush({ timeout: Math.max(1, timeoutMs) / 1000 }).catch(() => {})
    const lost = this.#publisher.close()
    if (lost === 0) return
    const { logger, token } = this.#options
    logger.error(`${token} has stopped before ${lost} points were confirmed: they may be lost`)
  }
}
