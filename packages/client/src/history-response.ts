import {
  type Columns,
  DataError,
  type HistoryResponseMode,
  historyResponseMode,
  type LegacyColumns,
  TimeAggregate,
  Timedelta,
  Timestamp,
  TimeValue,
  type HistoryResponse as WireResponse,
} from "@metricq/protocol"
import { AggregateTimeline } from "./aggregate-timeline.js"

/** How long a database has needed, in seconds, as far as it says so. */
export interface HistoryDurations {
  /** From receiving the request to sending the answer. */
  requestDuration?: number
  /** Of that, at work. */
  processingDuration?: number
}

/** What a database has answered about a metric: points or aggregates, see `mode`; as columns, and one by one. */
export class HistoryResponse implements HistoryDurations {
  readonly metric: string
  /** What it consists of. `legacy` are minimum, maximum and average from databases of long ago. */
  readonly mode: HistoryResponseMode
  /** Of the points, or of the begin of each aggregate; nanoseconds since 1970-01-01 UTC. */
  readonly times: BigInt64Array
  /** The points; none unless that is its mode. */
  readonly points: Columns
  /** The aggregates; none unless that is its mode. */
  readonly timeline: AggregateTimeline
  /** Columns of the mode `legacy`, which go with `times`; empty in others. */
  readonly legacy: LegacyColumns
  readonly requestDuration?: number
  readonly processingDuration?: number

  /** @throws {InvalidHistoryResponse} if its columns contradict each other */
  constructor(response: WireResponse, durations: HistoryDurations = {}) {
    const { times, values, aggregates } = response
    this.metric = response.metric
    this.mode = historyResponseMode(response)
    this.times = times
    this.points = this.mode === "values" ? { times, values } : { times: times.subarray(0, 0), values }
    this.timeline = new AggregateTimeline(this.mode === "aggregates" ? times : times.subarray(0, 0), aggregates)
    this.legacy = response.legacy
    this.requestDuration = durations.requestDuration
    this.processingDuration = durations.processingDuration
  }

  /** How many points or aggregates it has. */
  get length(): number {
    return this.times.length
  }

  /**
   * Its points. With `convert` also of aggregates: the mean of each, at its begin.
   *
   * @throws {DataError} `history-mode` for aggregates without `convert`
   */
  values(options: { convert?: boolean } = {}): Generator<TimeValue, void, undefined> {
    const isAggregated = this.mode === "aggregates" || this.mode === "legacy"
    if (isAggregated && !options.convert) throw this.#notThisMode("points")
    return this.#eachValue()
  }

  /**
   * Its aggregates. With `convert` also of points: one for the time from each point to the next, so one fewer than points.
   *
   * Those of the mode `legacy` have no integral and no active time, and count as one value each.
   *
   * @throws {DataError} `history-mode` for points without `convert`; {NonMonotonicTimestamps} in the loop, where those do not increase
   */
  aggregates(options: { convert?: boolean } = {}): Generator<TimeAggregate, void, undefined> {
    if (this.mode === "legacy") return this.#legacyAggregates()
    if (this.mode !== "values") return this.timeline[Symbol.iterator]()
    if (!options.convert) throw this.#notThisMode("aggregates")
    return this.#aggregatesOfPoints()
  }

  *#eachValue(): Generator<TimeValue, void, undefined> {
    const valueAt = this.#valueAt()
    for (let i = 0; i < this.length; i++) yield new TimeValue(Timestamp.fromNs(this.times[i]!), valueAt(i))
  }

  #valueAt(): (index: number) => number {
    if (this.mode === "aggregates") return (index) => this.timeline.at(index)!.mean
    const values = this.mode === "legacy" ? this.legacy.average : this.points.values
    return (index) => values[index]!
  }

  *#aggregatesOfPoints(): Generator<TimeAggregate, void, undefined> {
    const { times, values } = this.points
    for (let i = 1; i < times.length; i++) {
      yield TimeAggregate.fromValuePair(Timestamp.fromNs(times[i - 1]!), Timestamp.fromNs(times[i]!), values[i]!)
    }
  }

  *#legacyAggregates(): Generator<TimeAggregate, void, undefined> {
    const { minimum, maximum, average } = this.legacy
    for (let i = 0; i < this.length; i++) {
      yield new TimeAggregate({
        timestamp: Timestamp.fromNs(this.times[i]!),
        minimum: minimum[i]!,
        maximum: maximum[i]!,
        sum: average[i]!,
        count: 1,
        integralNs: 0,
        activeTime: Timedelta.fromNs(0n),
      })
    }
  }

  #notThisMode(wanted: string): DataError {
    const text = `the answer about ${this.metric} is of the mode "${this.mode}" and has no ${wanted}: convert it with { convert: true }`
    return new DataError("history-mode", text)
  }
}
