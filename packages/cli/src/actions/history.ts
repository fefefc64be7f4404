import type { HistoryClient } from "@metricq/client"
import { Timedelta } from "@metricq/protocol"
import type { RowLength } from "../history/data.js"
import { showPlot } from "../history/plot-view.js"
import { type ViewOptions, viewOf } from "../history/view.js"
import { writeData } from "../history/write-data.js"
import { findStored } from "../network/resolve-metrics.js"
import { withHistoryClient } from "../network/session.js"
import { abortable } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { durationOf, rangeOf, type TimeRange } from "../options/times.js"
import { withProgress } from "../terminal/progress.js"

/** Options of `metricq history`. */
export interface HistoryOptions extends ConnectionOptions, ViewOptions {
  readonly from: string
  readonly to: string
}

/** Rows that a range is divided into where nothing is said. */
const POINTS = 1000

/** Show or write what databases have stored of metrics in a range of time. */
export async function history(patterns: readonly string[], options: HistoryOptions): Promise<void> {
  const range = rangeOf(options)
  const { plot, format } = viewOf(options, Boolean(process.stdout.isTTY))
  const rows = options.raw ? undefined : rowLength(options, range)
  const { output } = options
  const read = async (client: HistoryClient, signal: AbortSignal): Promise<void> => {
    const finding = withProgress(() => "looking for metrics", findStored(client, patterns))
    const metrics = await abortable(finding, signal)
    if (plot) await abortable(showPlot(client, metrics, range, signal), signal)
    if (format === undefined) return
    const writing = writeData(client, { metrics: [...metrics.keys()], range, rows, format, output }, signal)
    // A file that is not whole has to be removed first.
    await (output === undefined ? abortable(writing, signal) : writing)
  }
  await withHistoryClient(options, read, { endsBySignal: true })
}

function rowLength({ interval, points = POINTS }: HistoryOptions, { begin, end }: TimeRange): RowLength {
  if (interval !== undefined) return { interval: durationOf("--interval", interval), exact: true }
  const count = BigInt(points)
  return { interval: Timedelta.fromNs((end.minus(begin).ns + count - 1n) / count), exact: false }
}
