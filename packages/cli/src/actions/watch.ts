import { once } from "node:events"
import type { Columns, LogFields, Logger } from "@metricq/client"
import { oneLine } from "../errors.js"
import { findMetrics } from "../network/metric-list.js"
import { loggerFor } from "../network/session.js"
import { abortable, aborted, withSignals } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { note } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { LiveTable } from "../watch/live-table.js"
import { jsonLines, plainLines } from "../watch/point-lines.js"
import { WatchSink } from "../watch/watch-sink.js"
import { Watched } from "../watch/watched.js"

/** Metrics that the live table shows at most: each keeps a past of its own. */
const TABLE_LIMIT = 10_000

/** Options of `metricq watch`. */
export interface WatchOptions extends ConnectionOptions {
  readonly json?: boolean
  readonly plain?: boolean
}

/** Show the points of metrics that match a pattern: as a live table on a terminal that can, else as lines. */
export async function watch(patterns: readonly string[], options: WatchOptions): Promise<void> {
  const asTable = process.stdout.isTTY && process.env.TERM !== "dumb" && !options.plain && !options.json
  if (asTable) await watchTable(patterns, options)
  else await watchLines(patterns, options, options.json ? jsonLines : plainLines)
}

/** Print one line a point until a signal ends it. A reader that is slow makes the network wait, not the memory grow. */
async function watchLines(
  patterns: readonly string[],
  options: ConnectionOptions,
  lines: (metric: string, columns: Columns) => string,
): Promise<void> {
  const write = async (metric: string, columns: Columns): Promise<void> => {
    if (columns.times.length > 0 && !process.stdout.write(lines(metric, columns))) await once(process.stdout, "drain")
  }
  await withSignals(async (signal) => {
    const logger = loggerFor(options.verbose)
    await follow({ patterns, options, logger, take: write, signal }, (watched) => {
      if (watched.metrics.size === 0) note(`no metric matches ${patterns.join(" ")} yet; waiting for one`)
      return aborted(signal)
    })
    throw signal.reason
  })
}

/** Show a live table until `q` or a signal ends it. */
async function watchTable(patterns: readonly string[], options: ConnectionOptions): Promise<void> {
  await withSignals(async (signal) => {
    const table = new LiveTable({ input: process.stdin, output: process.stdout }, patterns.join(" "))
    const tell = (text: string, fields?: LogFields): void =>
      table.tell(fields?.reason === undefined ? text : `${text}: ${oneLine(fields.reason)}`)
    const quiet: Logger = { debug() {}, info() {}, warn: tell, error: tell }
    const take = (metric: string, columns: Columns): void => table.add(metric, columns)
    await follow({ patterns, options, logger: quiet, take, signal, limit: TABLE_LIMIT }, (watched) =>
      table.show(watched, signal),
    )
  })
}

interface Following {
  readonly patterns: readonly string[]
  readonly options: ConnectionOptions
  readonly logger: Logger
  readonly take: (metric: string, columns: Columns) => void | Promise<void>
  readonly signal: AbortSignal
  readonly limit?: number
}

/** Connect, subscribe, and keep looking for new metrics while `show` runs. */
async function follow(
  { patterns, options, logger, take, signal, limit }: Following,
  show: (watched: Watched) => Promise<void>,
): Promise<void> {
  const { server: url, token } = options
  const sink = new WatchSink({ token, url, addUuid: true, logger }, take)
  const network = {
    find: (wanted: readonly string[]) => findMetrics(sink, wanted),
    subscribe: async (metrics: readonly string[]) => void (await sink.subscribe([...metrics], { metadata: false })),
  }
  const watched = new Watched(network, patterns, limit)
  const finished = new AbortController()
  try {
    await abortable(
      withProgress(() => `connecting to ${sink.url}`, sink.connect()),
      signal,
    )
    await abortable(
      withProgress(() => "looking for metrics", watched.search()),
      signal,
    )
    void watched.follow(finished.signal, (error) => logger.warn(`looking for metrics: ${oneLine(error)}`))
    await Promise.race([show(watched), sink.stopped()])
  } finally {
    finished.abort()
    await sink.stop()
  }
}
