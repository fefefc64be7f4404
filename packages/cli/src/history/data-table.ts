import { type Columns, Timestamp } from "@metricq/protocol"
import { type AggregateSeries, exportedAggregate, type PointSeries } from "../export/series.js"
import { formatValue } from "../terminal/numbers.js"
import type { Column } from "../terminal/table.js"

/** Rows that a table for people has at most. */
const LIMIT = 10_000

/** A table and how many rows of it were left out. */
export interface DataTable {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
  /** Whether there would have been more than fit a table. */
  readonly cut: boolean
}

/** Points as a table of local times, metrics and values. */
export function pointTable(series: readonly PointSeries[]): Promise<DataTable> {
  const columns: Column[] = [{ title: "time" }, { title: "metric" }, { title: "value", align: "right" }]
  return collect(columns, series, (piece: Columns, metric) =>
    Array.from(piece.times, (timeNs, index) => [
      localText(timeNs),
      metric,
      formatValue(piece.values[index] ?? Number.NaN),
    ]),
  )
}

/** Aggregates as a table of local times, metrics and what is known of each interval. */
export function aggregateTable(series: readonly AggregateSeries[]): Promise<DataTable> {
  const numbers = ["min", "mean", "max", "points"]
  const columns: Column[] = [{ title: "time" }, { title: "metric" }]
  columns.push(...numbers.map((title): Column => ({ title, align: "right" })))
  return collect(columns, series, (piece, metric) =>
    Array.from(piece.times, (timeNs, index) => {
      const { min, mean, max, count } = exportedAggregate(piece, index)
      return [localText(timeNs), metric, ...[min, mean, max].map(formatValue), String(count)]
    }),
  )
}

interface SomeSeries<T> {
  readonly metric: string
  readonly columns: AsyncIterable<T> | Iterable<T>
}

async function collect<T>(
  columns: readonly Column[],
  series: readonly SomeSeries<T>[],
  cells: (piece: T, metric: string) => string[][],
): Promise<DataTable> {
  const rows: string[][] = []
  for (const { metric, columns: pieces } of series) {
    for await (const piece of pieces) {
      rows.push(...cells(piece, metric).slice(0, LIMIT + 1 - rows.length))
      if (rows.length > LIMIT) return { columns, rows: rows.slice(0, LIMIT), cut: true }
    }
  }
  return { columns, rows, cut: false }
}

/** `2026-11-26 03:00:00.250+01:00`. */
function localText(timeNs: bigint): string {
  return Timestamp.fromNs(timeNs)
    .toString()
    .replace(/^\[\d+\] /, "")
}
