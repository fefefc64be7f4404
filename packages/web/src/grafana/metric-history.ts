import {
  DataError,
  type HistoryClient,
  HistoryError,
  HistoryRequestType,
  type HistoryResponse,
  InvalidHistoryResponse,
  type Logger,
  Timedelta,
  TimeoutError,
  Timestamp,
} from "@metricq/client"
import type { Budget } from "./budget.js"
import { refuse, targetsLimit } from "./request.js"

/** What the compatible API needs of a history client. */
export type History = Pick<HistoryClient, "historyDataRequest" | "getMetrics">

/** What a database has answered, and how long that took. */
export interface MeasuredResponse {
  readonly metric: string
  readonly response: HistoryResponse
  /** From asking to the answer, in seconds. */
  readonly httpSeconds: number
}

export interface HistoryQuestion {
  readonly startNs: bigint
  readonly endNs: bigint
  readonly intervalMaxNs: bigint
  readonly type: HistoryRequestType
  readonly timeoutSeconds: number
  readonly signal: AbortSignal
}

/** What the parts of the API have in common. */
export interface GrafanaContext {
  readonly history: History
  readonly logger: Logger
  /** Of the request that is worked on. */
  readonly budget: Budget
}

/** Metrics of a request that databases are asked about at once. */
export const askedAtOnce = 100

/**
 * Ask about a metric. A metric without history, and a database that cannot answer, give an error that {@link isUnanswered} knows.
 *
 * @throws {WebError} for a time that cannot be, or more than an answer can hold
 */
export async function ask(
  { history, budget }: GrafanaContext,
  metric: string,
  question: HistoryQuestion,
): Promise<MeasuredResponse> {
  const { startNs, endNs, intervalMaxNs, type, timeoutSeconds, signal } = question
  const begun = performance.now()
  const response = await history.historyDataRequest(
    metric,
    time(startNs),
    time(endNs),
    Timedelta.fromNs(BigInt.asIntN(64, intervalMaxNs)),
    { type, timeout: timeoutSeconds, signal },
  )
  budget.take(response.length)
  return { metric, response, httpSeconds: secondsSince(begun) }
}

/** The flexible timeline, which is what charts are made of. */
export const flexible = HistoryRequestType.flexTimeline

/** Whether there is just no answer about this metric: that leaves out the metric and no more. */
export function isUnanswered(error: unknown): error is Error {
  return (
    error instanceof HistoryError ||
    error instanceof TimeoutError ||
    error instanceof InvalidHistoryResponse ||
    (error instanceof DataError && error.code === "metric-name")
  )
}

/** Names that a target stands for: itself, or all that match it, if it has both parentheses: that is how Grafana writes several values. */
export async function expand({ history }: GrafanaContext, metric: string): Promise<string[]> {
  if (!metric.includes("(") || !metric.includes(")")) return [metric]
  const names = Object.keys(await history.getMetrics({ selector: metric, metadata: false }))
  if (names.length > targetsLimit)
    throw refuse(`${metric} stands for ${names.length} metrics, more than ${targetsLimit}`)
  return names
}

/** {@link expand} for many, in their order. */
export async function expandAll(context: GrafanaContext, metrics: readonly string[]): Promise<string[]> {
  const names = (await Promise.all(metrics.map((metric) => expand(context, metric)))).flat()
  if (names.length > targetsLimit) throw refuse(`these are ${names.length} metrics, more than ${targetsLimit}`)
  return names
}

/** Seconds since a reading of `performance.now()`, to the nanosecond. */
export function secondsSince(begun: number): number {
  return Math.round((performance.now() - begun) * 1e6) / 1e9
}

function time(ns: bigint): Timestamp {
  try {
    return Timestamp.fromNs(ns)
  } catch (error) {
    if (error instanceof DataError) throw refuse(error.message)
    throw error
  }
}
