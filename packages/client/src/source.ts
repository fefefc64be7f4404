import type { Columns, DurationLike, JsonObject, Metadata, Timestamp } from "@metricq/protocol"
import { Client } from "./client.js"
import { ConfigurationTurns } from "./configuration-turns.js"
import type { Connection } from "./connection.js"
import { deriveAddress } from "./connection-url.js"
import { within } from "./deferred.js"
import type { ClientOptions } from "./options.js"
import { register } from "./registration.js"
import { Sender, type SendingOptions } from "./sender.js"
import type { SourceMetric } from "./source-metric.js"
import type { SpoolStats } from "./spool.js"

export interface SourceOptions extends ClientOptions, SendingOptions {}

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
  readonly #sender: Sender
  readonly #turns = new ConfigurationTurns<Config>()
  #data: Connection | undefined
  #work: Promise<void> | undefined

  /** @throws {DataError} for options that cannot be */
  constructor(options: SourceOptions) {
    super(options)
    const { durability, spool } = options
    const { token, logger } = this
    const rpc = (name: string, args: JsonObject) => this.rpc(name, args, { repeatable: true })
    this.#sender = new Sender({ durability, spool, token, logger, rpc })
    this.handle("config", (config) => this.#turns.take(this, config as Config))
  }

  /** Points a chunk, for metrics that set none of their own; `null`: only when flushed. Default 1. */
  get chunkSize(): number | null {
    return this.#sender.chunkSize
  }

  /** @throws {DataError} `chunk-size` unless null or a whole number from 1 to 262,144 */
  set chunkSize(size: number | null) {
    this.#sender.chunkSize = size
  }

  /** What became of the points that were sent. */
  get stats(): Readonly<SpoolStats> {
    return this.#sender.stats
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
  declareMetrics(metrics: Record<string, Metadata> | readonly string[]): Promise<void> {
    return this.#sender.declareMetrics(metrics)
  }

  /** The metric of this name, to send it or set its chunk size. `DataError` `metric-name`. */
  metric(name: string): SourceMetric {
    return this.#sender.metric(name)
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
    return this.#sender.send(metric, time, value)
  }

  /** Send points of a metric as a message of their own, after those that wait for their chunk to fill. `columns` are not kept. Otherwise as `send`. */
  sendChunk(metric: string, columns: Columns): Promise<void> {
    return this.#sender.sendChunk(metric, columns)
  }

  /**
   * Send all points that wait for their chunk to fill, and wait until everything sent so far is confirmed by the broker.
   *
   * @throws {PublishFailed} `flush-timeout`: the points stay in the spool and are still sent; `spool-full` as `send`
   */
  flush(options?: { timeout?: DurationLike }): Promise<void> {
    return this.#sender.flush(options)
  }

  protected override discoverDetails(): JsonObject {
    return { ...super.discoverDetails(), ...this.#turns.about, pointsSent: this.#sender.stats.delivered }
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
    await this.#sender.stop(until - performance.now())
    await this.#data?.close()
    await super.stopRole(graceMs)
  }

  async #connectData(url: string): Promise<void> {
    const data = this.openedBy(url, `data connection ${this.token}`, this.#sender.connectionEvents)
    this.#data = data
    this.#sender.sendOn(data)
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
