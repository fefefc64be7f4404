import {
  type Columns,
  type HistoryClient,
  HistoryError,
  type HistoryResponse,
  type TimeAggregate,
} from "@metricq/client"
import type { TimeRange } from "../network/time-text.js"
import { AggregateRows } from "./aggregate-rows.js"

/** Points as the API answers them: times in digits of nanoseconds since 1970; NaN is null. */
export interface ValuesAnswer {
  readonly mode: "values"
  readonly times: string[]
  readonly values: number[]
}

/** Aggregates as the API answers them, a column each; times are those of the begins, durations are seconds. */
export interface AggregatesAnswer {
  readonly mode: "aggregates"
  /** Length of each, as far as it can be seen: the shortest distance of two. null for fewer than two. */
  readonly intervalNs: string | null
  readonly times: string[]
  readonly min: number[]
  readonly mean: number[]
  readonly max: number[]
  readonly sum: number[]
  readonly count: number[]
  readonly integral: number[]
  readonly active: number[]
}

/** What a database has answered, for the outside. An empty answer is one without points. */
export function historyAnswer(response: HistoryResponse): ValuesAnswer | AggregatesAnswer {
  if (response.mode === "values" || response.mode === "empty") return valuesAnswer([response.points])
  const rows = AggregateRows.of(response)
  const { intervalNs } = rows
  return {
    mode: "aggregates",
    intervalNs: intervalNs === undefined ? null : String(intervalNs),
    times: Array.from(rows.times, String),
    min: Array.from(rows.min),
    mean: Array.from(rows.mean),
    max: Array.from(rows.max),
    sum: Array.from(rows.sum),
    count: Array.from(rows.count),
    integral: Array.from(rows.integral),
    active: Array.from(rows.active),
  }
}

/**
 * The points of a range, at most `most`.
 *
 * @throws {HistoryError} `too-large` if there are more; as every history request
 */
export async function rawAnswer(
  history: HistoryClient,
  metric: string,
  { from, to }: TimeRange,
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
): Promise<ValuesAnswer> {
  const pieces: Columns[] = []
  let count = 0
  for await (const piece of history.historyRawStream(metric, { start: from, end: to, signal })) {
    count += piece.times.length
    if (count > most) {
      const text = `${metric} has more than ${most} points in this time`
      throw new HistoryError("too-large", text, { metric })
    }
    pieces.push(piece)
  }
  return valuesAnswer(pieces)
}

/** What `analyze` tells of a range. null for what nobody knows. */
export function analysisOf(aggregate: TimeAggregate, { from, to }: TimeRange) {
  const { minimum, maximum, mean, sum, count, integralS, activeTime } = aggregate
  const isEmpty = count === 0 && activeTime.ns === 0n
  return {
    min: isEmpty ? null : minimum,
    max: isEmpty ? null : maximum,
    mean: isEmpty ? null : mean,
    sum,
    count,
    integral: integralS,
    active: activeTime.s,
    coverage: activeTime.s / to.minus(from).s,
  }
}

function valuesAnswer(pieces: readonly Columns[]): ValuesAnswer {
  return {
    mode: "values",
    times: pieces.flatMap(({ times }) => Array.from(times, String)),
    values: pieces.flatMap(({ values }) => Array.from(values)),
  }
}
