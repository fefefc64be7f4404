import type { HistoryClient } from "@metricq/client"
import type { Metadata } from "@metricq/protocol"
import { mapBounded } from "../network/bounded.js"
import type { MetricList } from "../network/metric-list.js"
import type { TimeRange } from "../options/times.js"
import { type PlotSeries, renderPlot } from "../plot/plot.js"
import { charsetFor } from "../terminal/charset.js"
import { colorsFor } from "../terminal/colors.js"
import { note, printLines, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { type TerminalSize, terminalSize } from "../terminal/size.js"
import { readSeries, unitOf } from "./plot-data.js"
import { type Summary, summaryTable } from "./summary.js"
import { type Usage, usageOf } from "./usage.js"

/** Metrics of a plot; more could not be told apart. */
const DRAWN = 12
/** Metrics that are asked about at a time. */
const AT_ONCE = 16
/** The blank line and the titles below a plot, and the shell's prompt below these. */
const LINES_BESIDE = 3
const LOWEST_PLOT = 10
/** A plot is no higher than this part of its width, or this many lines where that is more. */
const STEEPEST = 0.28
const HIGH_ENOUGH = 21

interface Shown extends Summary {
  /** Undefined if it is only in the table. */
  readonly series: PlotSeries | undefined
}

/** Read metrics in a range and print a plot of them, and a table of what is known of each. */
export async function showPlot(
  client: HistoryClient,
  metrics: MetricList,
  range: TimeRange,
  signal: AbortSignal,
): Promise<void> {
  const size = terminalSize(process.stdout)
  const shown = await readAll(client, metrics, range, size.columns * 2, signal)
  const drawn = shown.flatMap(({ series }) => series ?? [])
  const plot = renderPlot(drawn, {
    span: { beginNs: range.begin.posixNs, endNs: range.end.posixNs },
    width: size.columns,
    height: heightOf(size, shown.length),
    charset: charsetFor(),
    colors: colorsFor(process.stdout),
  })
  printLines([...plot, ""])
  const { columns, rows } = summaryTable(shown)
  printTable(columns, rows)
  if (drawn.length < shown.length) note(`the plot shows the first ${drawn.length} of ${shown.length} metrics`)
  await tellOfOlder(client, shown, signal)
}

async function readAll(
  client: HistoryClient,
  metrics: MetricList,
  range: TimeRange,
  columns: number,
  signal: AbortSignal,
): Promise<Shown[]> {
  let done = 0
  const read = async (metric: [string, Metadata], index: number): Promise<Shown> => {
    const [name, metadata] = metric
    const [series, aggregate] = await Promise.all([
      index < DRAWN ? readSeries(client, metric, range, columns, signal) : undefined,
      client.historyAggregate(name, { start: range.begin, end: range.end, signal }),
    ])
    done += 1
    const usage = usageOf(aggregate, range.end.minus(range.begin).s)
    return { name, unit: unitOf(metadata), series: series && withLateValue(series, usage, range), usage }
  }
  return withProgress(() => `read ${done} of ${metrics.size} metrics`, mapBounded([...metrics], AT_ONCE, read))
}

/** A range between two points has none, and yet a value: that of the next point, back from the end as far as it holds. */
function withLateValue(series: PlotSeries, { points, activeSeconds, mean }: Usage, { end }: TimeRange): PlotSeries {
  if (points > 0 || activeSeconds === 0) return series
  const activeNs = Math.round(activeSeconds * 1e9)
  const timeNs = end.posixNs - BigInt(activeNs)
  const row = { timeNs, intervalNs: activeNs, activeNs, minimum: mean, maximum: mean, mean }
  return { ...series, fill: (builder) => builder.addRows([row]) }
}

function heightOf({ columns, rows }: TerminalSize, metrics: number): number {
  const room = rows - metrics - LINES_BESIDE
  return Math.max(LOWEST_PLOT, Math.min(room, Math.max(HIGH_ENOUGH, Math.floor(columns * STEEPEST))))
}

/** An empty plot is explained: by when the last point of the metric was. */
async function tellOfOlder(client: HistoryClient, shown: readonly Shown[], signal: AbortSignal): Promise<void> {
  const empty = shown.filter(({ series, usage }) => series && usage.points === 0 && usage.activeSeconds === 0)
  for (const { name } of empty) {
    const last = await client.historyLastValue(name, { signal })
    note(
      `${name} has no points in this time; ${last ? `its last is of ${last.timestamp.toIso()}` : "it has none at all"}`,
    )
  }
}
