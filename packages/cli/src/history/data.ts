import type { HistoryClient } from "@metricq/client"
import type { Timedelta } from "@metricq/protocol"
import type { AggregateSeries, PointSeries } from "../export/series.js"
import type { TimeRange } from "../options/times.js"
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

/** Aggregates of metrics in a range, in intervals of `interval` or as near below that as the database has them. */
export function aggregateSeries(
  client: HistoryClient,
  metrics: readonly string[],
  { begin, end }: TimeRange,
  interval: Timedelta,
  progress: ReadingProgress,
  signal: AbortSignal,
): AggregateSeries[] {
  return metrics.map((metric, index) => ({
    metric,
    columns: (async function* () {
      Object.assign(progress, { metric, index: index + 1, share: 0 })
      const rows = await client.historyAggregateTimeline(metric, { start: begin, end, intervalMax: interval, signal })
      const smoothed = smoothRows(rows, interval.ns, begin.posixNs)
      progress.rows += smoothed.times.length
      yield smoothed
    })(),
  }))
}
