import {
  type Columns,
  DataError,
  type DurationLike,
  type HistoryRequest,
  type JsonObject,
  type Metadata,
  type Timestamp,
} from "@metricq/protocol"
import { Client } from "./client.js"
import { ConcurrentReceiver, type DbDataStats } from "./concurrent-receiver.js"
import { ConfigurationTurns } from "./configuration-turns.js"
import { type Connection, releaseChannel } from "./connection.js"
import { deriveAddress } from "./connection-url.js"
import { AgentStopped } from "./errors.js"
import { type DbHistoryStats, type HistoryAnswer, type HistoryContext, HistoryResponder } from "./history-responder.js"
import { type ClientOptions, durationMs } from "./options.js"
import { answered, register } from "./registration.js"
import { Sender, type SendingOptions } from "./sender.js"
import type { SpoolStats } from "./spool.js"
import { Turns } from "./turns.js"

export interface DbOptions extends ClientOptions, SendingOptions {
  /** Data messages the broker sends ahead of their acknowledgement. Default 10,000. */
  prefetch?: number
  /** Bytes of data messages that are not acknowledged. Where more come, the prefetch is lowered. Default 256 MiB. */
  maxBytes?: number
  /** History requests in work at once. Default 100. */
  historyConcurrency?: number
  /** How long a history request may take; then it is answered with an error. Default 60 s. */
  historyTimeout?: DurationLike
  /** Longest history answer, in bytes; a longer one is replaced by an error. Default 12 MiB, as brokers refuse 16. */
  maxAnswerBytes?: number
}

/** What a database stores: data comes as `input`, history is asked for as `name`. A name alone is both. Either may be a pattern of the broker. */
export type StoredMetric = string | { name: string; input: string }

/** What became of the data, of history requests, and of the points that the database has sent itself. */
export interface DbStats {
  data: DbDataStats
  history: DbHistoryStats
  sent: SpoolStats
}

/** Where a database finds its queues. */
interface Queues {
  url: string
  data: string
  history: string
}

/** Metrics in one RPC; more take several. */
const subscribedAtOnce = 5000

/** The manager may need minutes to bind a hundred thousand metrics. */
const rpcTimeoutS = 300

/**
 * A client that stores what sources send, and answers history clients.
 *
 * A subclass implements `onConfig`, where it usually subscribes, `onChunk` and `onHistory`. Both are called for many messages at
 * once. Data is acknowledged when the promise of its `onChunk` has resolved, so that nothing is lost that was not stored. After a lost
 * connection everything goes on by itself; what was not acknowledged comes again.
 *
 * Data, history and own metrics go over a connection each: a long answer, or a broker that takes no messages, must not hold up what
 * is acknowledged.
 */
export abstract class Db<Config = JsonObject> extends Client {
  /** The configuration in force: the last one that `onConfig` has not refused. While it runs, the one it is given. */
  config!: Config
  readonly #receiver: ConcurrentReceiver
  readonly #responder: HistoryResponder
  readonly #sender: Sender
  readonly #configurations = new ConfigurationTurns<Config>()
  readonly #subscriptions = new Turns()
  readonly #stored = new Map<string, StoredMetric>()
  readonly #connections: Connection[] = []
  #queues: Queues | undefined
  #data: Connection | undefined
  #sending: Promise<void> | undefined
  #restoring: Promise<void> | undefined

  /** @throws {DataError} for options that cannot be */
  constructor(options: DbOptions) {
    super(options)
    const { token, logger, stopping } = this
    this.#receiver = new ConcurrentReceiver({
      prefetch: options.prefetch ?? 10_000,
      maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
      logger,
      stopping,
      handle: (metric, columns) => this.onChunk(metric, columns),
      onSetAside: (metric, columns, error) => this.onSetAside(metric, columns, error),
      onOverflow: (error) => this.#data?.recycle(error),
    })
    this.#responder = new HistoryResponder({
      token,
      concurrency: options.historyConcurrency ?? 100,
      timeoutMs: durationMs(options.historyTimeout ?? 60, "historyTimeout"),
      maxAnswerBytes: options.maxAnswerBytes ?? 12 * 1024 * 1024,
      logger,
      stopping,
      handle: (metric, request, context) => this.onHistory(metric, request, context),
    })
    const { durability, spool } = options
    const rpc = (name: string, args: JsonObject) => this.#ask(name, args)
    this.#sender = new Sender({ durability, spool, token, logger, rpc })
    this.handle("config", (config) => this.#configurations.take(this, config as Config))
  }

  get stats(): Readonly<DbStats> {
    return { data: this.#receiver.stats, history: this.#responder.stats, sent: this.#sender.stats }
  }

  /**
   * Called with the configuration when the database connects, before the first data, and again whenever a new one is applied; calls do
   * not overlap. What it throws ends `connect()`, or is the answer to who applied the configuration.
   */
  onConfig(_config: Config): void | Promise<void> {}

  /**
   * Store the points of a message; `metric` is the name they were sent under. Called for the next message before the promise has resolved.
   *
   * The columns are used again as soon as the call has returned: copy what is needed after the first `await`. Points may come twice,
   * after a lost connection, and out of order.
   *
   * Resolve when they are safe. Errors with the code `disk-full`, `read-only`, `io` or `busy` mean that the message can be stored later: it is kept,
   * and tried again until it is. After any other the message is tried again twice, and then goes to `onSetAside`.
   */
  abstract onChunk(metric: string, columns: Columns): void | Promise<void>

  /**
   * Answer a history request. Columns that are left out are empty; the answer is about `metric` unless it says otherwise. Undefined: say
   * nothing, as another database answers; requests about metrics of others come through patterns.
   *
   * What it throws is the error answer; of a `HistoryError` with its code. `context.signal` aborts when nobody needs the answer any more.
   */
  abstract onHistory(
    metric: string,
    request: HistoryRequest,
    context: HistoryContext,
  ): HistoryAnswer | Promise<HistoryAnswer>

  /** A message that could not be stored. The columns are yours. It has been logged and counted already, and is acknowledged. */
  onSetAside(_metric: string, _columns: Columns, _error: unknown): void {}

  /**
   * Receive the data of these metrics and the history requests about them, besides those before. Patterns are those of the broker
   * (`lab.#`), which our manager binds.
   *
   * @throws {DataError} for a list that cannot be, or if the manager's queues have changed; {RPCError} if it refuses
   */
  subscribe(metrics: readonly StoredMetric[]): Promise<void> {
    return this.#subscriptions.take(async () => {
      const stored = checkStored(metrics)
      for (const some of portions(stored)) {
        await this.#subscribe(some)
        for (const metric of some) this.#stored.set(keyOf(metric), metric)
      }
    })
  }

  /** As of a source: tell the manager which metrics this database sends itself. */
  async declareMetrics(metrics: Record<string, Metadata> | readonly string[]): Promise<void> {
    await this.#sender.declareMetrics(metrics)
    this.#sending ??= this.#connectSending().catch((error: unknown) => {
      this.#sending = undefined
      throw error
    })
    await this.#sending
  }

  /** As of a source: send a point of a metric that was declared. */
  send(metric: string, time: Timestamp, value: number): Promise<void> {
    return this.#sender.send(metric, time, value)
  }

  /** As of a source: send points as a message of their own. */
  sendChunk(metric: string, columns: Columns): Promise<void> {
    return this.#sender.sendChunk(metric, columns)
  }

  /** As of a source: send what waits, and wait until it is confirmed. */
  flush(options?: { timeout?: DurationLike }): Promise<void> {
    return this.#sender.flush(options)
  }

  protected override discoverDetails(): JsonObject {
    return { ...super.discoverDetails(), ...this.#configurations.about, pointsSent: this.#sender.stats.delivered }
  }

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const config = await this.#register()
    if (config !== undefined) await this.dispatchConfig(config)
    if (this.stopping.aborted) return
    const { url, data, history } = this.#queues!
    this.#data = this.#opened(url, "data")
    this.#consume(this.#data, data, this.#receiver)
    const answering = this.#opened(url, "history")
    this.#consume(answering, history, this.#responder)
    await Promise.all([this.#data, answering].map((connection) => connection.connect({ signal: this.stopping })))
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    const until = performance.now() + graceMs
    await Promise.all([this.#receiver.stop(graceMs), this.#responder.stop(graceMs)])
    await this.#sender.stop(until - performance.now())
    await Promise.all(this.#connections.map((connection) => connection.close()))
    await super.stopRole(graceMs)
  }

  async #register(signal?: AbortSignal): Promise<JsonObject | undefined> {
    const name = "db.register"
    const registered = await register(this.token, name, () => this.#ask(name, {}, signal))
    const queues = {
      url: deriveAddress(this.managementUrl, registered.dataServerAddress),
      data: answered(registered.answer, "dataQueue", name),
      history: answered(registered.answer, "historyQueue", name),
    }
    this.#checkQueues(queues, name)
    this.#queues ??= queues
    return registered.config
  }

  #opened(url: string, purpose: string): Connection {
    const connection = this.openedBy(url, `${purpose} connection ${this.token}`)
    this.#connections.push(connection)
    return connection
  }

  /** Consume a queue with each connection anew. It outlasts the connection; one that is gone all the same is made again. */
  #consume(connection: Connection, queue: string, consumer: ConcurrentReceiver | HistoryResponder): void {
    connection.onSetup(async (signal) => {
      if (!(await exists(connection, queue))) await this.#restore(queue, signal)
      const channel = await connection.openChannel({ essential: "receiving" })
      await consumer.attach(channel, queue, () => connection.recycle(new Error(`the queue ${queue} has vanished`)))
    })
  }

  /** Both connections may find their queues missing at the same time. */
  #restore(queue: string, signal: AbortSignal): Promise<void> {
    this.logger.warn(`${this.token}: the queue ${queue} is not there any more, everything is subscribed again`)
    this.#restoring ??= this.#subscriptions
      .take(async () => {
        await this.#register(signal)
        for (const some of portions([...this.#stored.values()])) await this.#subscribe(some, signal)
      })
      .finally(() => {
        this.#restoring = undefined
      })
    return this.#restoring
  }

  async #subscribe(metrics: readonly StoredMetric[], signal?: AbortSignal): Promise<void> {
    const name = "db.subscribe"
    const answer = await this.#ask(name, { metrics: [...metrics], metadata: false }, signal)
    const queues = { data: answered(answer, "dataQueue", name), history: answered(answer, "historyQueue", name) }
    this.#checkQueues(queues, name)
  }

  #checkQueues({ data, history }: Omit<Queues, "url">, name: string): void {
    const known = this.#queues
    if (known === undefined || (known.data === data && known.history === history)) return
    const text = `the manager's answer to ${name} has the queues ${data} and ${history}, before they were ${known.data} and ${known.history}: start the database anew`
    throw new DataError("subscription", text)
  }

  async #connectSending(): Promise<void> {
    if (this.#queues === undefined) throw new AgentStopped(`${this.token} is not connected: call connect() first`)
    const connection = this.openedBy(
      this.#queues.url,
      `sending connection ${this.token}`,
      this.#sender.connectionEvents,
    )
    this.#connections.push(connection)
    this.#sender.sendOn(connection)
    await connection.connect({ signal: this.stopping })
  }

  #ask(name: string, args: JsonObject, signal?: AbortSignal): Promise<JsonObject> {
    return this.rpc(name, args, { repeatable: true, timeout: rpcTimeoutS, signal })
  }
}

/** Whether there is such a queue; on a channel of its own, as the broker closes that if not. */
async function exists(connection: Connection, queue: string): Promise<boolean> {
  const channel = await connection.openChannel()
  try {
    await channel.checkQueue(queue)
  } catch (error) {
    if ((error as { code?: unknown }).code === 404) return false
    throw error
  }
  releaseChannel(channel)
  return true
}

/** Each once. */
function checkStored(metrics: readonly StoredMetric[]): StoredMetric[] {
  const isName = (name: unknown) => typeof name === "string" && name !== ""
  const isStored = (metric: StoredMetric) =>
    typeof metric === "object" && metric !== null ? isName(metric.name) && isName(metric.input) : isName(metric)
  if (!Array.isArray(metrics) || !metrics.every(isStored))
    throw new DataError("metrics", "subscribe takes a list of metric names, or of objects with name and input")
  return [...new Map(metrics.map((metric: StoredMetric) => [keyOf(metric), metric])).values()]
}

function keyOf(metric: StoredMetric): string {
  return typeof metric === "string" ? `${metric}\n${metric}` : `${metric.name}\n${metric.input}`
}

/** One at least: an empty subscription is one, too. */
function portions<T>(all: readonly T[]): T[][] {
  const some: T[][] = []
  for (let from = 0; from === 0 || from < all.length; from += subscribedAtOnce) {
    some.push(all.slice(from, from + subscribedAtOnce))
  }
  return some
}
