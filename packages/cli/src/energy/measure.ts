import { Timestamp } from "@metricq/protocol"
import type { MetricList } from "../network/metric-list.js"
import { findKnown } from "../network/resolve-metrics.js"
import { clientOptions, connect } from "../network/session.js"
import { abortable, aborted, withSignals } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { note } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { WatchSink } from "../watch/watch-sink.js"
import { Collection } from "./collection.js"
import { type EnergyReport, withUnits } from "./report.js"
import { runCommand } from "./run-command.js"

/** How often it is checked whether anything is still expected, where nothing comes. */
const CHECK_MS = 100

/** How metrics are measured. */
export interface MeasureOptions extends ConnectionOptions {
  /** Patterns of the metrics. */
  readonly metric: readonly string[]
}

/**
 * Run a command and collect what metrics send meanwhile.
 *
 * Subscribed before it starts; when it has ended, the first point behind its end is waited for, at most `waitS` seconds or as long as is
 * usual for the metric. A signal ends that wait, and what has come is reported.
 *
 * @throws {CommandError} before the command runs; {CannotRun} if it does not
 */
export async function measure(
  command: readonly string[],
  options: MeasureOptions,
  waitS: number | undefined,
): Promise<EnergyReport> {
  const collection = new Collection()
  // A broken connection must not end the measurement while the command runs, however long that lasts.
  const { connectionTimeout: _, ...rest } = clientOptions(options)
  const sink = new WatchSink(rest, (metric, columns) => collection.take(metric, columns, Timestamp.now().posixNs))
  try {
    const metrics = await withSignals(async (signal) => {
      await abortable(connect(sink, options), signal)
      return abortable(subscribe(sink, options.metric), signal)
    })
    const begin = Timestamp.now()
    collection.begin(metrics, begin.posixNs)
    const run = await runCommand(command)
    collection.end(run.end.posixNs)
    await withSignals((signal) => awaitLast(collection, run.end, waitS, AbortSignal.any([signal, sink.stopping])))
    const usages = collection.finish()
    for (const [name, { activeSeconds }] of usages) {
      if (activeSeconds === 0) note(`${name} has sent nothing that says what it was while the command ran`)
    }
    return { begin, ...run, command, metrics: withUnits(metrics, usages) }
  } finally {
    await sink.stop()
  }
}

async function subscribe(sink: WatchSink, patterns: readonly string[]): Promise<MetricList> {
  const metrics = await withProgress(() => "looking for metrics", findKnown(sink, patterns))
  await sink.subscribe([...metrics.keys()], { metadata: false })
  return metrics
}

/** Waits until each metric has sent a point of the end or later, or is not expected to any more. */
async function awaitLast(
  collection: Collection,
  end: Timestamp,
  waitS: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const sinceEnd = (): number => Timestamp.now().minus(end).s
  let awaited = collection.awaited(sinceEnd(), waitS)
  const stopped = aborted(signal)
  const wait = async (): Promise<void> => {
    while (awaited.length > 0 && !signal.aborted) {
      await Promise.race([collection.change(CHECK_MS), stopped])
      awaited = collection.awaited(sinceEnd(), waitS)
    }
  }
  const label = (): string => `the last points of ${awaited.length === 1 ? awaited[0] : `${awaited.length} metrics`}`
  await withProgress(() => `waiting for ${label()}; Ctrl-C reports what is there`, wait())
}
