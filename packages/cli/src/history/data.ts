import type { HistoryClient } from "@metricq/client"
import { Timedelta } from "@metricq/protocol"
import type { AggregateRows, AggregateSeries, PointSeries } from "../export/series.js"
import type { TimeRange } from "../options/times.js"
import { areIntervals, rowInterval } from "./rows.js"
import { smoothRows } from "./smooth-rows.js"

/** How far the reading of data has come. */
export interface ReadingProgress {
  /** The metric that is being read, and its number from 1 on. */
  metric: string
  index: number
  /** Points or rows read so far, of all metrics. */
  rows: number
  /** How much of the metric's time has been read, 0 to 1. */
  share: number
}

/** Progress before anything has been read. */
export function noProgress(): ReadingProgress {
  return { metric: "", index: 0, rows: 0, share: 0 }
}

/** All points of metrics in a range, one metric after the other, each read when it is its turn. `progress` follows it. */
export function pointSeries(
  client: HistoryClient,
  metrics: readonly string[],
  { begin, end }: TimeRange,
  progress: ReadingProgress,
  signal: AbortSignal,
): PointSeries[] {
  const span = Number(end.posixNs - begin.posixNs)
  return metrics.map((metric, index) => ({
    metric,
    columns: (async function* () {
      Object.assign(progress, { metric, index: index + 1, share: 0 })
      for await (const columns of client.historyRawStream(metric, { start: begin, end, signal })) {
        yield columns
        progress.rows += columns.times.length
        progress.share = Number((columns.times.at(-1) ?? begin.posixNs) - begin.posixNs) / span
      }
    })(),
  }))
}

/** How long rows are to be. */
export interface RowLength {
  readonly interval: Timedelta
  /** Read finer rows than needed where only these add up to the interval. */
  readonly exact: boolean
}

/** Aggregates of metrics in a range, in intervals as asked for, or as near below as the database has them. */
export function aggregateSeries(
  client: HistoryClient,
  metrics: readonly string[],
  range: TimeRange,
  length: RowLength,
  progress: ReadingProgress,
  signal: AbortSignal,
): AggregateSeries[] {
  return metrics.map((metric, index) => ({
    metric,
    columns: (async function* () {
      Object.assign(progress, { metric, index: index + 1, share: 0 })
      const whole = wholeRows(range, length.interval)
      const rows = await readRows(client, metric, whole, length, signal)
      const smoothed = smoothRows(rows, length.interval.ns, whole.begin.posixNs)
      progress.rows += smoothed.times.length
      yield smoothed
    })(),
  }))
}

/** The range made longer at both ends so that the first and the last row are whole. */
function wholeRows({ begin, end }: TimeRange, interval: Timedelta): TimeRange {
  const after = end.mod(interval)
  return { begin: begin.minus(begin.mod(interval)), end: after.ns === 0n ? end : end.plus(interval.minus(after)) }
}

/** Rows that are read at most to add them up to longer ones. */
const MOST_ROWS = 100_000n

async function readRows(
  client: HistoryClient,
  metric: string,
  { begin, end }: TimeRange,
  { interval, exact }: RowLength,
  signal: AbortSignal,
): Promise<AggregateRows> {
  const read = (intervalMax: Timedelta): Promise<AggregateRows> =>
    client.historyAggregateTimeline(metric, { start: begin, end, intervalMax, signal })
  let rows = await read(interval)
  for (let tries = 0; exact && tries < 3; tries += 1) {
    const rowNs = rowInterval(rows.times)
    if (rowNs === undefined || interval.ns % rowNs === 0n || !areIntervals(rows.times, rowNs)) break
    const finerNs = greatestDivisor(interval.ns, rowNs)
    if (end.minus(begin).ns / finerNs > MOST_ROWS) break
    rows = await read(Timedelta.fromNs(finerNs))
  }
  return rows
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b)
}
