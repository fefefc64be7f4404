import { HistoryError, HistoryRequestType, type HistoryResponse, type TimeAggregate, Timestamp } from "@metricq/client"
import type { Limits } from "./limits.js"
import type { Matcher } from "./matchers.js"
import { notAnswered } from "./query-error.js"
import { rowLengthOf, rowStretch } from "./rows.js"
import { filterMetrics } from "./select.js"
import type { MetricInfo, ReadKind, SeriesSource } from "./series-source.js"
import { emptyStretch, pointStretch, type Stretch } from "./stretch.js"

/** What of a history client is used. */
export interface HistoryRequests {
  historyDataRequest(
    metric: string,
    start: Timestamp | undefined,
    end: Timestamp | undefined,
    intervalMax: string | undefined,
    options: { type: HistoryRequestType; signal: AbortSignal },
  ): Promise<HistoryResponse>
}

/** The metrics there are. */
export interface MetricTable {
  all(): readonly MetricInfo[]
  find(name: string): MetricInfo | undefined
}

/** Points of one metric at the most, so that they fit into an answer. */
const mostPointsOfMetric = 500_000
/** Where rows do not fit into the steps, so much shorter ones are asked for. */
const finer = 10

/** Series that databases of the network have, by history requests. */
export class HistorySource implements SeriesSource {
  readonly #history: HistoryRequests
  readonly #metrics: MetricTable
  readonly #limits: Pick<Limits, "rows" | "points">

  constructor(history: HistoryRequests, metrics: MetricTable, limits: Pick<Limits, "rows" | "points">) {
    this.#history = history
    this.#metrics = metrics
    this.#limits = limits
  }

  names(matchers: readonly Matcher[]): MetricInfo[] {
    return filterMetrics(this.#metrics.all(), (name) => this.#metrics.find(name), matchers)
  }

  async read(
    metric: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    what: ReadKind,
    signal: AbortSignal,
  ): Promise<Stretch> {
    try {
      if (what === "points") return await this.#points(metric, startMs, endMs, signal)
      if (endMs - startMs <= stepMs) return await this.#single(metric, startMs, endMs, signal)
      return await this.#rows(metric, startMs, endMs, stepMs, signal)
    } catch (error) {
      return isNotStored(error) ? emptyStretch("rows", 0) : Promise.reject(error)
    }
  }

  async last(
    metric: string,
    atMs: number,
    signal: AbortSignal,
  ): Promise<{ timeMs: number; value: number } | undefined> {
    try {
      const newest = await this.#ask(metric, undefined, undefined, undefined, HistoryRequestType.lastValue, signal)
      const point = lastPoint(newest)
      if (point === undefined || point.timeMs <= atMs) return point
      const atNs = nsOf(atMs)
      // The answer begins with the point at or before its begin.
      return lastPoint(await this.#ask(metric, atNs, atNs + 1n, 0n, HistoryRequestType.flexTimeline, signal))
    } catch (error) {
      return isNotStored(error) ? undefined : Promise.reject(error)
    }
  }

  /** One row of exactly this time. */
  async #single(metric: string, startMs: number, endMs: number, signal: AbortSignal): Promise<Stretch> {
    const aggregate = await this.#aggregate(metric, nsOf(startMs) + 1n, nsOf(endMs) + 1n, signal)
    const stretch = emptyStretch("rows", aggregate === undefined ? 0 : 1)
    if (aggregate !== undefined) setPiece(stretch, 0, startMs, endMs, aggregate)
    return stretch
  }

  async #rows(metric: string, startMs: number, endMs: number, stepMs: number, signal: AbortSignal): Promise<Stretch> {
    const ask = (intervalMs: number) =>
      this.#ask(metric, nsOf(startMs), nsOf(endMs) + 1n, nsOf(intervalMs), HistoryRequestType.flexTimeline, signal)
    let response = await ask(stepMs)
    let intervalMs = stepMs
    const canBeFiner = (endMs - startMs) / (stepMs / finer) <= this.#limits.rows && stepMs >= 1
    if (response.mode === "aggregates" && canBeFiner && !fits(response, stepMs)) {
      intervalMs = stepMs / finer
      response = await ask(intervalMs)
    }
    if (response.mode !== "values") return rowStretch(response.timeline, intervalMs)
    return this.#pointsOf(metric, response, startMs, endMs, intervalMs, signal)
  }

  async #points(metric: string, startMs: number, endMs: number, signal: AbortSignal): Promise<Stretch> {
    const { rows: _rows, points } = this.#limits
    const most = Math.min(points, mostPointsOfMetric)
    const all = await this.#aggregate(metric, nsOf(startMs), nsOf(endMs) + 1n, signal)
    if ((all?.count ?? 0) > most) {
      notAnswered(
        `${metric} has ${all!.count} points in this time, more than ${most}, and the function needs each of them`,
      )
    }
    const response = await this.#ask(
      ...([metric, nsOf(startMs), nsOf(endMs) + 1n, 0n, HistoryRequestType.flexTimeline, signal] as const),
    )
    if (response.mode === "values") return pointStretch(timesOf(response), response.points.values, gapsOf(response))
    return response.mode === "empty"
      ? emptyStretch("points", 0)
      : notAnswered(`the points of ${metric} in this time have been given up, only their aggregates are left`)
  }

  /**
   * Points, each with the time for which its value holds; that is told by their aggregates. At the end there is what is known of the
   * time after the last point, from the one that follows.
   */
  async #pointsOf(
    metric: string,
    response: HistoryResponse,
    startMs: number,
    endMs: number,
    intervalMs: number,
    signal: AbortSignal,
  ): Promise<Stretch> {
    const times = timesOf(response)
    const lastNs = response.times.at(-1) ?? nsOf(startMs)
    const type = HistoryRequestType.aggregateTimeline
    const [held, rest] = await Promise.all([
      this.#ask(metric, nsOf(startMs), nsOf(endMs) + 1n, nsOf(intervalMs), type, signal),
      lastNs < nsOf(endMs) ? this.#aggregate(metric, lastNs + 1n, nsOf(endMs) + 1n, signal) : undefined,
    ])
    const holds = gapsOf(response)
    const heldAt = new Map(Array.from(held.timeline.times, (time, i) => [time, i]))
    for (const [i, time] of response.times.entries()) {
      const at = heldAt.get(time)
      if (at !== undefined) holds[i] = Math.min(holds[i]!, Number(held.timeline.activeTimeNs[at]) / 1e6)
    }
    const hasRest = rest !== undefined && rest.activeTime.ns > 0n
    const points = pointStretch(times, response.points.values, holds)
    if (!hasRest) return points
    const stretch = emptyStretch("points", points.to.length + 1)
    for (const name of ["from", "to", "minimum", "maximum", "sum", "count", "integral", "active"] as const) {
      stretch[name].set(points[name])
    }
    setPiece(stretch, points.to.length, endMs - Number(rest.activeTime.ns) / 1e6, endMs, rest)
    return stretch
  }

  async #aggregate(metric: string, startNs: bigint, endNs: bigint, signal: AbortSignal) {
    const response = await this.#ask(metric, startNs, endNs, undefined, HistoryRequestType.aggregate, signal)
    const aggregate = response.timeline.at(0)
    const isKnown = aggregate !== undefined && (aggregate.count > 0 || aggregate.activeTime.ns > 0n)
    return isKnown ? aggregate : undefined
  }

  #ask(
    metric: string,
    startNs: bigint | undefined,
    endNs: bigint | undefined,
    intervalNs: bigint | undefined,
    type: HistoryRequestType,
    signal: AbortSignal,
  ): Promise<HistoryResponse> {
    const time = (ns: bigint | undefined) => (ns === undefined ? undefined : Timestamp.fromNs(ns))
    const interval = intervalNs === undefined ? undefined : `${intervalNs}ns`
    return this.#history.historyDataRequest(metric, time(startNs), time(endNs), interval, { type, signal })
  }
}

/** Whether no row reaches over the end of a step. */
function fits({ timeline }: HistoryResponse, stepMs: number): boolean {
  const stepNs = nsOf(stepMs)
  return stepNs % rowLengthOf(timeline.times, stepNs) === 0n
}

function setPiece(stretch: Stretch, i: number, fromMs: number, toMs: number, aggregate: TimeAggregate): void {
  stretch.from[i] = fromMs
  stretch.to[i] = toMs
  stretch.minimum[i] = aggregate.minimum
  stretch.maximum[i] = aggregate.maximum
  stretch.sum[i] = aggregate.sum
  stretch.count[i] = aggregate.count
  stretch.integral[i] = aggregate.integralNs / 1e6
  stretch.active[i] = Number(aggregate.activeTime.ns) / 1e6
}

const timesOf = ({ times }: HistoryResponse): Float64Array => Float64Array.from(times, (time) => Number(time) / 1e6)

/** How long the time before each point is, back to the one before; of the first nobody knows. */
function gapsOf({ times }: HistoryResponse): Float64Array {
  return Float64Array.from(times, (time, i) => (i === 0 ? 0 : Number(time - times[i - 1]!) / 1e6))
}

function lastPoint({ times, points }: HistoryResponse): { timeMs: number; value: number } | undefined {
  for (let i = points.values.length - 1; i >= 0; i--) {
    const value = points.values[i]!
    if (!Number.isNaN(value)) return { timeMs: Number(times[i]) / 1e6, value }
  }
  return undefined
}

const isNotStored = (error: unknown): boolean => error instanceof HistoryError && error.code === "not-stored"

/** Whole milliseconds become exact nanoseconds. */
function nsOf(ms: number): bigint {
  const whole = Math.floor(ms)
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1e6))
}
