import { type HistoryClient, type HistoryResponse, type Timedelta, Timestamp } from "@metricq/client"
import type { TimeRange } from "../network/time-text.js"
import { AggregateRows } from "./aggregate-rows.js"
import { flexTimeline } from "./history.js"

/** One row of a file: a point or an aggregate. */
export interface ExportRow {
  readonly metric: string
  readonly timeNs: bigint
  /** In the order of {@link columnsOf}. */
  readonly values: readonly number[]
}

export interface ExportWish {
  readonly metrics: readonly string[]
  readonly range: TimeRange
  /** Longest interval of an aggregate; undefined for points. */
  readonly interval: Timedelta | undefined
  readonly signal: AbortSignal
}

const aggregateNames = ["min", "max", "mean", "sum", "count", "integral", "active"] as const

/** Names of the columns of a file besides time and metric. */
export function columnsOf({ interval }: Pick<ExportWish, "interval">): readonly string[] {
  return interval === undefined ? ["value"] : aggregateNames
}

/** The rows of a file, metric after metric, read while they are taken. */
export async function* rowsOf(history: HistoryClient, wish: ExportWish): AsyncGenerator<ExportRow> {
  const { metrics, range, interval, signal } = wish
  for (const metric of metrics) {
    if (interval === undefined) yield* pointRows(history, metric, range, signal)
    else yield* aggregateRows(metric, await flexTimeline(history, metric, range, interval, signal))
  }
}

/** A time as it stands in files of text. */
export function timeText({ timeNs }: ExportRow): string {
  return Timestamp.fromNs(timeNs).toIso()
}

async function* pointRows(
  history: HistoryClient,
  metric: string,
  { from, to }: TimeRange,
  signal: AbortSignal,
): AsyncGenerator<ExportRow> {
  for await (const { times, values } of history.historyRawStream(metric, { start: from, end: to, signal })) {
    for (let i = 0; i < times.length; i++) yield { metric, timeNs: times[i]!, values: [values[i]!] }
  }
}

/** Where the points are no more than the aggregates that were asked for, each is an aggregate of its own. */
function* aggregateRows(metric: string, response: HistoryResponse): Generator<ExportRow> {
  if (response.mode === "values" || response.mode === "empty") {
    for (const { timestamp, value } of response.values()) {
      yield { metric, timeNs: timestamp.posixNs, values: aggregateNames.map((name) => pointAs[name](value)) }
    }
    return
  }
  const rows = AggregateRows.of(response)
  for (const [index, timeNs] of rows.times.entries()) {
    yield { metric, timeNs, values: aggregateNames.map((name) => rows[name][index]!) }
  }
}

const same = (value: number) => value
const zero = () => 0
const pointAs = { min: same, max: same, mean: same, sum: same, count: () => 1, integral: zero, active: zero }
