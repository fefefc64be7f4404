import {
  type Columns,
  type DurationLike,
  exchanges,
  type JsonObject,
  type Metadata,
  type Timestamp,
} from "@metricq/protocol"
import { Client } from "./client.js"
import { ConfigurationTurns } from "./configuration-turns.js"
import type { Connection } from "./connection.js"
import { deriveAddress } from "./connection-url.js"
import { within } from "./deferred.js"
import { type ClientOptions, durationMs } from "./options.js"
import { type Durability, Publisher } from "./publisher.js"
import { register } from "./registration.js"
import { type ChunkOutlet, checkChunkSize, SourceMetric, undeclared } from "./source-metric.js"
import type { SpoolOptions, SpoolStats } from "./spool.js"

export interface SourceOptions extends ClientOptions {
  /** Default `persistent`. */
  durability?: Durability
  spool?: SpoolOptions
}

/** Metrics declared by one RPC; more take several. */
const declaredAtOnce = 2000

/** How long a callback that is running when the source stops is waited for, so that what it sends is flushed, too. */
const callbackGraceMs = 500

/**
 * A client that sends points.
 *
 * A subclass overrides `onConfig`, where it usually declares its metrics, and `task` if it works on its own. Points go through
 * a bounded spool, so sending never waits for the network; see `SourceOptions.spool`.
 */
export class Source<Config = JsonObject> extends Client {
  /** The configuration in force: the last one that `onConfig` has not refused. While it runs, the one it is given. */
  config!: Config
  readonly #durability: Durability
  readonly #metrics = new Map<string, SourceMetric>()
  readonly #publisher: Publisher
  readonly #outlet: ChunkOutlet
  #chunkSize: number | null = 1
  #data: Connection | undefined
  readonly #turns = new ConfigurationTurns<Config>()
  #work: Promise<void> | undefined

  /** @throws {DataError} for options that cannot be */
  constructor(options: SourceOptions) {
    super(options)
    this.#durability = options.durability ?? "persistent"
    const { spool, durability = "persistent" } = options
    this.#publisher = new Publisher({ exchange: exchanges.data, durability, spool, logger: this.logger })
    const source = this
    this.#outlet = {
      get chunkSize() {
        return source.#chunkSize
      },
      addChunk: (metric, body, points) => this.#publisher.add(metric, body, points),
    }
    this.handle("config", (config) => this.#turns.take(this, config as Config))
  }

  /** Points a chunk, for metrics that set none of their own; `null`: only when flushed. Default 1. */
  get chunkSize(): number | null {
    return this.#chunkSize
  }

  /** @throws {DataError} `chunk-size` unless null or a whole number from 1 to 262,144 */
  set chunkSize(size: number | null) {
    this.#chunkSize = checkChunkSize(size)
  }

  /** What became of the points that were sent. */
  get stats(): Readonly<SpoolStats> {
    return this.#publisher.stats
  }

  /**
   * Called with the configuration when the source connects, and again whenever a new one is applied; calls do not overlap.
   * What it throws ends `connect()`, or is the answer to who applied the configuration.
   */
  onConfig(_config: Config): void | Promise<void> {}

  /**
   * The work of the source, if it has any of its own: called once after the first `onConfig`. The signal aborts when the source
   * stops. What it throws stops the source.
   */
  task?(signal: AbortSignal): void | Promise<void>

  /**
   * Tell the manager which metrics this source sends, and their metadata; `chunkSize` is added. May be called again.
   *
   * @throws {DataError} `metric-name`; {RPCError} if the manager refuses
   */
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
      await this.rpc("source.declare_metrics", { metrics: documents }, { repeatable: true })
      for (const { metric } of some) metric.declared = true
    }
  }

  /** The metric of this name, to send it or set its chunk size. `DataError` `metric-name`. */
  metric(name: string): SourceMetric {
    let metric = this.#metrics.get(name)
    if (metric === undefined) {
      metric = new SourceMetric(name, this.#outlet)
      this.#metrics.set(name, metric)
    }
    return metric
  }

  /**
   * Send a point. Times of a metric should increase; NaN and infinities are allowed.
   *
   * Resolves at once, as the point is in the spool then; under the spool policy `wait`, when there is room again.
   *
   * @throws {DataError} `not-declared`, `metric-name`, `value`, `time`; {PublishFailed} `spool-full` under the policy `fail` (and
   *   for a message larger than the spool), `closed`. At once, not through the promise, so that nothing is missed by who does not wait for it.
   */
  send(metric: string, time: Timestamp, value: number): Promise<void> {
    const known = this.#metrics.get(metric)
    if (known === undefined) throw undeclared(metric)
    return known.send(time, value)
  }

  /** Send points of a metric as a message of their own, after those that wait for their chunk to fill. `columns` are not kept. Otherwise as `send`. */
  sendChunk(metric: string, columns: Columns): Promise<void> {
    const known = this.#metrics.get(metric)
    if (known === undefined) throw undeclared(metric)
    return known.sendChunk(columns)
  }

  /**
   * Send all points that wait for their chunk to fill, and wait until everything sent so far is confirmed by the broker.
   *
   * @throws {PublishFailed} `flush-timeout`: the points stay in the spool and are still sent; `spool-full` as `send`
   */
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

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const registered = await register(this.token, "source.register", (name) => this.rpc(name, {}, { repeatable: true }))
    await this.#connectData(deriveAddress(this.managementUrl, registered.dataServerAddress))
    if (registered.config !== undefined) await this.dispatchConfig(registered.config)
    if (!this.stopping.aborted) this.#work = this.#start()
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    const until = performance.now() + graceMs
    if (this.#work !== undefined) await within(Math.min(callbackGraceMs, graceMs), this.#work)
    await this.flush({ timeout: Math.max(1, until - performance.now()) / 1000 }).catch(() => {})
    const lost = this.#publisher.close()
    if (lost > 0) this.logger.error(`${this.token} has stopped before ${lost} points were confirmed: they may be lost`)
    await this.#data?.close()
    await super.stopRole(graceMs)
  }

  async #connectData(url: string): Promise<void> {
    const data = this.openedBy(url, `data connection ${this.token}`, {
      onLost: (error) => this.#publisher.lost(error),
      onBlocked: (reason) => this.#publisher.setBlocked(reason !== undefined),
    })
    this.#data = data
    data.onSetup(async () => {
      const essential = "sending"
      const channel =
        this.#durability === "persistent"
          ? await data.openConfirmChannel({ essential })
          : await data.openChannel({ essential })
      await channel.checkExchange(exchanges.data)
      this.#publisher.attach(channel, (error) => data.recycle(error))
    })
    await data.connect({ signal: this.stopping })
  }

  async #start(): Promise<void> {
    try {
      await this.task?.(this.stopping)
    } catch (error) {
      if (!this.stopping.aborted) void this.stop(error)
    }
  }
}
