import type { HistoryClient } from "@metricq/client"
import { UsageError } from "../errors.js"
import { exportAggregates, exportPoints } from "../export/export-series.js"
import { type ExportOutput, withOutput } from "../export/output.js"
import type { TimeRange } from "../options/times.js"
import { note, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { aggregateSeries, noProgress, pointSeries, type ReadingProgress, type RowLength } from "./data.js"
import { aggregateTable, type DataTable, pointTable } from "./data-table.js"
import type { HistoryFormat } from "./view.js"

/** What is read, and how it is written. */
export interface DataRequest {
  readonly metrics: readonly string[]
  readonly range: TimeRange
  /** Without it the points themselves. */
  readonly rows: RowLength | undefined
  readonly format: HistoryFormat
  /** The file; without it standard output. */
  readonly output: string | undefined
}

/** Read points or rows of metrics, one metric after the other, and write them as they come. */
export async function writeData(client: HistoryClient, request: DataRequest, signal: AbortSignal): Promise<void> {
  const { format, output, metrics } = request
  const progress = noProgress()
  const label = (): string => labelOf(progress, metrics.length)
  if (format === "table") {
    if (output !== undefined) throw new UsageError("a table is for people: name another --format for a file")
    return showTable(await withProgress(label, tableOf(client, request, progress, signal)))
  }
  const write = (to: ExportOutput): Promise<number> => {
    const { range, rows: length } = request
    if (length === undefined) return exportPoints(format, pointSeries(client, metrics, range, progress, signal), to)
    const rows = aggregateSeries(client, metrics, range, length, progress, signal)
    return exportAggregates(format === "csv-wide" ? "csv" : format, rows, to)
  }
  const writing = withOutput(output, write)
  // On a terminal the data itself shows how far it is.
  const count = await (output === undefined && process.stdout.isTTY ? writing : withProgress(label, writing))
  if (output !== undefined && process.stderr.isTTY) note(`${count} rows written to ${output}`)
}

function tableOf(
  client: HistoryClient,
  { metrics, range, rows }: DataRequest,
  progress: ReadingProgress,
  signal: AbortSignal,
): Promise<DataTable> {
  if (rows === undefined) return pointTable(pointSeries(client, metrics, range, progress, signal))
  return aggregateTable(aggregateSeries(client, metrics, range, rows, progress, signal))
}

function showTable({ columns, rows, cut }: DataTable): void {
  printTable(columns, rows)
  if (rows.length === 0) note("no points in this time")
  if (cut) note(`the table ends after ${rows.length} rows; --format csv has them all`)
}

function labelOf({ metric, index, rows, share }: ReadingProgress, metrics: number): string {
  const place = metrics === 1 ? metric : `${metric} (${index} of ${metrics})`
  return `${place}: ${rows} rows${share > 0 ? `, ${Math.floor(share * 100)} %` : ""}`
}
