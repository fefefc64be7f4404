import { existsSync } from "node:fs"
import type { HistoryClient } from "@metricq/client"
import { isPlainName, patternToRegExp, Timestamp } from "@metricq/protocol"
import { HtaArchiveWriter, Timeline } from "@metricq/timeline"
import { CommandError } from "../errors.js"
import { exportHtaArchive, type HtaExported, type StoredSeries } from "../export/hta-archive.js"
import { timelinePoints } from "../export/timeline-points.js"
import { findMetrics } from "../network/metric-list.js"
import { withHistoryClient } from "../network/session.js"
import { withSignals } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { durationOf, timeOf } from "../options/times.js"
import { formatBytes } from "../terminal/byte-sizes.js"
import { note, printJson, printLines } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"

/** Options of `metricq export hta`. */
export interface HtaExportOptions extends ConnectionOptions {
  readonly from?: string
  readonly to?: string
  readonly intervalMin?: string
  readonly intervalMax?: string
  readonly intervalFactor?: number
  readonly maxGapRows: number
  readonly json?: boolean
  readonly folder?: string
}

interface Range {
  readonly beginNs: bigint
  readonly endNs: bigint
}

/** Write metrics that match a pattern to an archive, from a running database or from the folder of one. */
export async function exportArchive(
  archive: string,
  patterns: readonly string[],
  options: HtaExportOptions,
): Promise<void> {
  const { from = "epoch", to = "now" } = options
  const range = { beginNs: timeOf("--from", from).posixNs, endNs: timeOf("--to", to).posixNs }
  const write = writerOf(archive, options)
  const { folder } = options
  const overNetwork = async (client: HistoryClient, signal: AbortSignal): Promise<HtaExported[]> =>
    write(await networkSeries(client, patterns, range, signal))
  const results = await (folder === undefined
    ? withHistoryClient(options, overNetwork, { endsBySignal: true })
    : withSignals((signal) => fromFolder(folder, patterns, range, signal, write)))
  tell(results, options)
}

/** Writes series to the archive, with progress. */
function writerOf(archive: string, options: HtaExportOptions): (series: StoredSeries[]) => Promise<HtaExported[]> {
  const { intervalMin, intervalMax, intervalFactor, maxGapRows } = options
  const wishes = {
    ...(intervalMin !== undefined && { intervalMinNs: durationOf("--interval-min", intervalMin).ns }),
    ...(intervalMax !== undefined && { intervalMaxNs: durationOf("--interval-max", intervalMax).ns }),
    ...(intervalFactor !== undefined && { intervalFactor }),
  }
  const writer = new HtaArchiveWriter(archive, { maxGapRows })
  return (series) => {
    if (series.length === 0) throw new CommandError("no-metric", "nothing that is stored matches")
    let points = 0
    let current = ""
    const exporting = exportHtaArchive(writer, series, wishes, (metric, count) => {
      points += count
      current = metric
    })
    return withProgress(() => `${points.toLocaleString("en-US")} points, ${current}`, exporting)
  }
}

async function networkSeries(
  client: HistoryClient,
  patterns: readonly string[],
  { beginNs, endNs }: Range,
  signal: AbortSignal,
): Promise<StoredSeries[]> {
  // What is named is asked for, whether the manager knows it or not.
  const names = new Set(patterns.filter(isPlainName))
  const others = patterns.filter((pattern) => !isPlainName(pattern))
  const found = await withProgress(() => "looking for metrics", findMetrics(client, others))
  for (const name of found.keys()) names.add(name)
  const range = { start: Timestamp.fromNs(beginNs), end: Timestamp.fromNs(endNs), signal }
  return [...names].sort().map((metric) => ({ metric, columns: client.historyRawStream(metric, range) }))
}

async function fromFolder(
  folder: string,
  patterns: readonly string[],
  range: Range,
  signal: AbortSignal,
  write: (series: StoredSeries[]) => Promise<HtaExported[]>,
): Promise<HtaExported[]> {
  const expressions = patterns.map((pattern) => patternToRegExp(pattern))
  // Opening one that is not there would make it.
  if (!existsSync(folder)) throw new CommandError("no-store", `${folder} is not there`)
  const timeline = await Timeline.open(folder)
  try {
    const names = timeline.metrics().filter((name) => expressions.some((each) => each.test(name)))
    return await write(
      names.sort().map((metric) => ({
        metric,
        parameters: timeline.info(metric)?.parameters,
        columns: timelinePoints(timeline, metric, range, signal),
      })),
    )
  } finally {
    await timeline.close()
  }
}

/** Print what has been written. @throws {CommandError} `export` if some metrics have not */
function tell(results: readonly HtaExported[], { json }: HtaExportOptions): void {
  const written = results.flatMap((result) => ("error" in result ? [] : [result]))
  if (json) printJson(results)
  else {
    const sum = (value: (result: (typeof written)[number]) => number): number =>
      written.reduce((total, each) => total + value(each), 0)
    const points = sum((each) => each.points).toLocaleString("en-US")
    const metrics = `${written.length} metric${written.length === 1 ? "" : "s"}`
    printLines([`exported ${points} points of ${metrics}: ${formatBytes(sum(({ bytes }) => bytes))}`])
    const gaps = sum(({ notFinite }) => notFinite)
    if (gaps > 0)
      note(`left out: ${gaps.toLocaleString("en-US")} points that mark gaps, which the format does not have`)
  }
  const failed = results.filter((result) => "error" in result)
  for (const result of failed) note("error" in result ? result.error : "")
  if (failed.length > 0) {
    throw new CommandError("export", `${failed.length} of ${results.length} metrics have not been exported`)
  }
}
