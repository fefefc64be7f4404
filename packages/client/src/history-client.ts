import {
  type Columns,
  checkMetricName,
  DataError,
  type DurationLike,
  HistoryRequestType,
  InvalidHistoryResponse,
  type Metadata,
  type TimeAggregate,
  Timedelta,
  Timestamp,
  type TimeValue,
} from "@metricq/protocol"
import type { AggregateTimeline } from "./aggregate-timeline.js"
import { Client } from "./client.js"
import type { Connection } from "./connection.js"
import { deriveAddress } from "./connection-url.js"
import { AgentStopped } from "./errors.js"
import type { GetMetricsOptions } from "./get-metrics.js"
import { HistoryCaller, type HistoryClientStats } from "./history-caller.js"
import { rawStream } from "./history-raw-stream.js"
import type { HistoryResponse } from "./history-response.js"
import { type ClientOptions, durationMs } from "./options.js"
import { answered, register } from "./registration.js"

export interface HistoryClientOptions extends ClientOptions {
  /** How long a history request waits for its answer. Default 60 s. */
  historyTimeout?: DurationLike
}

/** How a history request is made. */
export interface HistoryCallOptions {
  /** How long to wait for the answer; default: the client's `historyTimeout`. */
  timeout?: DurationLike
  signal?: AbortSignal
}

export interface HistoryRequestOptions extends HistoryCallOptions {
  /** Default `HistoryRequestType.aggregateTimeline`. */
  type?: HistoryRequestType
}

/** A history request about the time from `start` on and before `end`. */
export interface HistoryRangeOptions extends HistoryCallOptions {
  /** Default: 1970. */
  start?: Timestamp
  /** Default: now. */
  end?: Timestamp
}

/** About how many points a page of a stream has, unless it is said otherwise: about 1.2 MB. */
const defaultPagePoints = 100_000

/**
 * A client that reads what databases have stored.
 *
 * Any number of requests can be made at once; databases get 1000 of them at a time. After a lost connection, those that wait are sent
 * again, within their timeout. All calls reject with `HistoryError` where the database refuses, or at once where none stores the metric
 * (code `not-stored`); with `TimeoutError` without an answer; with `InvalidHistoryResponse` for one that makes no sense; with the
 * reason of their signal. The first answer counts where several databases store a metric.
 */
export class HistoryClient extends Client {
  readonly #caller: HistoryCaller
  readonly #timeoutMs: number
  #history: Connection | undefined

  /** @throws {DataError} for options that cannot be */
  constructor(options: HistoryClientOptions) {
    super({ addUuid: true, ...options })
    this.#timeoutMs = durationMs(options.historyTimeout ?? 60, "historyTimeout")
    this.#caller = new HistoryCaller({ token: this.token, logger: this.logger })
  }

  get stats(): Readonly<HistoryClientStats> {
    return this.#caller.stats
  }

  /**
   * Any request, as it is on the wire. `start` and `end` that are left out are 1970 there.
   *
   * `intervalMax` is the longest interval of an aggregate; zero asks a flexible timeline for points, a negative one for a single aggregate.
   *
   * @throws {DataError} `metric-name`, `time`, `duration` if the request cannot be; otherwise as all calls
   */
  async historyDataRequest(
    metric: string,
    start: Timestamp | undefined,
    end: Timestamp | undefined,
    intervalMax: DurationLike | undefined,
    options: HistoryRequestOptions = {},
  ): Promise<HistoryResponse> {
    checkMetricName(metric)
    const request = {
      startTimeNs: start === undefined ? 0n : nsOf(start, "start"),
      endTimeNs: end === undefined ? 0n : nsOf(end, "end"),
      intervalMaxNs: intervalMax === undefined ? 0n : Timedelta.from(intervalMax).ns,
      type: options.type ?? HistoryRequestType.aggregateTimeline,
    }
    if (this.#history === undefined) throw new AgentStopped(`${this.token} is not connected: call connect() first`)
    const timeoutMs = options.timeout === undefined ? this.#timeoutMs : durationMs(options.timeout, "timeout")
    return this.#caller.call(metric, request, { timeoutMs, signal: options.signal })
  }

  /** One aggregate of everything from `start` on and before `end`. */
  async historyAggregate(metric: string, options: HistoryRangeOptions = {}): Promise<TimeAggregate> {
    const type = HistoryRequestType.aggregate
    const { start, end = Timestamp.now() } = options
    const response = await this.historyDataRequest(metric, start, end, undefined, { ...options, type })
    const [aggregate] = response.aggregates({ convert: true })
    if (aggregate === undefined) throw invalid(metric, response, "an aggregate")
    return aggregate
  }

  /** Aggregates of intervals as long as the database has them, up to `intervalMax`; whole ones, so the first may begin before `start`. */
  async historyAggregateTimeline(
    metric: string,
    options: HistoryRangeOptions & { intervalMax: DurationLike },
  ): Promise<AggregateTimeline> {
    const type = HistoryRequestType.aggregateTimeline
    const { start, end = Timestamp.now(), intervalMax } = options
    const response = await this.historyDataRequest(metric, start, end, intervalMax, { ...options, type })
    if (response.mode === "values" || response.mode === "legacy") throw invalid(metric, response, "aggregates")
    return response.timeline
  }

  /** The points from `start` on and before `end`, in one answer: where those may be more than 100,000, use `historyRawStream`. */
  async historyRawTimeline(metric: string, options: HistoryRangeOptions = {}): Promise<Columns> {
    const { start = epoch, end = Timestamp.now() } = options
    const type = HistoryRequestType.flexTimeline
    const response = await this.historyDataRequest(metric, start, end, undefined, { ...options, type })
    if (response.mode !== "values" && response.mode !== "empty") throw invalid(metric, response, "points")
    return within(response.points, start.posixNs, end.posixNs)
  }

  /**
   * The points from `start` on and before `end`, however many, in their order: page by page, each small enough for an answer. The
   * next page is asked for while the loop works on the one before; leaving the loop ends it.
   *
   * `timeout` is for each request, `pagePoints` about how many points a page has.
   */
  historyRawStream(
    metric: string,
    options: HistoryRangeOptions & { pagePoints?: number } = {},
  ): AsyncGenerator<Columns, void, undefined> {
    const { start = epoch, end = Timestamp.now(), timeout, pagePoints = defaultPagePoints } = options
    if (!(pagePoints >= 1)) throw new DataError("page-points", `a page cannot have ${pagePoints} points`)
    const range = (fromNs: bigint, toNs: bigint, signal: AbortSignal) => ({
      ...{ start: Timestamp.fromNs(fromNs), end: Timestamp.fromNs(toNs), timeout, signal },
    })
    return rawStream(
      {
        startNs: nsOf(start, "start"),
        endNs: nsOf(end, "end"),
        pagePoints,
        read: (...page) => this.historyRawTimeline(metric, range(...page)),
        count: async (...page) => (await this.historyAggregate(metric, range(...page))).count,
      },
      options.signal,
    )
  }

  /** The newest point, whenever it was; undefined if there is none. */
  async historyLastValue(metric: string, options: HistoryCallOptions = {}): Promise<TimeValue | undefined> {
    const type = HistoryRequestType.lastValue
    const response = await this.historyDataRequest(metric, undefined, undefined, undefined, { ...options, type })
    if (response.mode !== "values" && response.mode !== "empty") throw invalid(metric, response, "a point")
    return [...response.values()].at(-1)
  }

  /** As of a client, but of the metrics that databases store unless `historic` says otherwise. */
  override getMetrics(options: GetMetricsOptions = {}): Promise<Record<string, Metadata>> {
    return super.getMetrics({ historic: true, ...options })
  }

  protected override async startRole(): Promise<void> {
    await super.startRole()
    const { dataServerAddress, config, answer } = await this.#register()
    const address = typeof answer.historyServerAddress === "string" ? answer.historyServerAddress : dataServerAddress
    await this.#connectHistory(
      deriveAddress(this.managementUrl, address),
      answered(answer, "historyQueue", registerName),
      answered(answer, "historyExchange", registerName),
    )
    if (config !== undefined) await this.dispatchConfig(config)
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    this.#caller.close(new AgentStopped(`${this.token} has stopped`))
    await this.#history?.close()
    await super.stopRole(graceMs)
  }

  #register(signal?: AbortSignal) {
    return register(this.token, registerName, (name) => this.rpc(name, {}, { repeatable: true, signal }))
  }

  async #connectHistory(url: string, queue: string, exchange: string): Promise<void> {
    const history = this.openedBy(url, `history connection ${this.token}`)
    let first = true
    history.onSetup(async (signal) => {
      // The queue goes with its consumer, so each connection but the first needs a new one.
      if (!first) await this.#register(signal)
      const channel = await history.openChannel({ essential: "history" })
      await channel.checkExchange(exchange)
      await channel.checkQueue(queue)
      const onCancelled = () => history.recycle(new Error(`the queue ${queue} has vanished`))
      await this.#caller.attach(channel, exchange, queue, onCancelled)
      first = false
    })
    await history.connect({ signal: this.stopping })
    this.#history = history
  }
}

const registerName = "history.register"
const epoch = Timestamp.fromNs(0n)

function nsOf(time: Timestamp, name: string): bigint {
  if (typeof time?.posixNs === "bigint") return time.posixNs
  throw new DataError("time", `${name} is not a Timestamp: ${String(time)}`)
}

/** Without what databases add: the point before the range, so that it is known how long the first one has held. */
function within({ times, values }: Columns, startNs: bigint, endNs: bigint): Columns {
  let from = 0
  let to = times.length
  while (from < to && times[from]! < startNs) from++
  while (to > from && times[to - 1]! >= endNs) to--
  return { times: times.subarray(from, to), values: values.subarray(from, to) }
}

function invalid(metric: string, { mode }: HistoryResponse, wanted: string): InvalidHistoryResponse {
  const text = `the answer about ${metric} should be ${wanted}, but its mode is "${mode}"`
  return new InvalidHistoryResponse("history-response", text)
}
