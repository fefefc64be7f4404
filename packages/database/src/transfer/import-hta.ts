import {
  checkHtaLevels,
  defaultLevelParameters,
  type HtaDamage,
  HtaDamageReport,
  type HtaMetric,
  type LevelParameters,
  readHtaArchive,
} from "@metricq/timeline"
import type { ImportControl, ImportReport } from "./import-control.js"
import { ImportRun } from "./import-run.js"
import type { HtaImportSettings } from "./import-settings.js"
import type { ImportSink } from "./import-sink.js"
import type { FileMark } from "./import-state.js"
import { StoredMark } from "./stored-mark.js"

/** Metrics read side by side, so that many small ones do not wait for each other's files. */
const AT_ONCE = 4

/** What an import of an archive has done, and what is wrong with the archive. */
export interface HtaImportReport extends ImportReport {
  readonly damage: readonly HtaDamage[]
}

/**
 * Import an archive of the original's database: all points of all metrics, with the aggregation that the files name. Level files are not
 * read, since the store makes its own, unless `checkLevels` asks for it.
 *
 * Damaged files are read as far as they go, and told in the report. An archive to which the original is still writing can be imported
 * again and again: with a state file only what it has gained is read.
 *
 * @param folder that the metrics' folders are in
 * @throws {DataError} `hta-folder` if that cannot be listed; whatever the sink rejects with; the reason of the signal
 */
export async function importHta(
  folder: string,
  sink: ImportSink,
  settings: HtaImportSettings = {},
  control: ImportControl = {},
): Promise<HtaImportReport> {
  const damage = new HtaDamageReport()
  let unusable: readonly HtaDamage[] = []
  const report = await ImportRun.do({ kind: "hta", path: folder, settings }, sink, control, async (run) => {
    const select = (name: string): boolean => run.names.selects(name)
    const archive = await readHtaArchive(folder, { select, signal: run.signal })
    unusable = archive.damage
    run.totalBytes = archive.metrics.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    await run.declareAll(archive.metrics.map((metric) => [metric.name, () => parametersOf(metric)]))
    await eachOf(archive.metrics, run.signal, (metric, signal) => importMetric(run, metric, damage, settings, signal))
  })
  return { ...report, damage: [...unusable, ...damage.entries] }
}

/** Work on a few at a time. The first failure stops the others and is thrown once they have stopped. */
async function eachOf<T>(
  all: readonly T[],
  signal: AbortSignal | undefined,
  work: (one: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController()
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const rest = all.values()
  const worker = async (): Promise<void> => {
    for (const one of rest) {
      either.throwIfAborted()
      await work(one, either)
    }
  }
  const workers = Array.from({ length: AT_ONCE }, () => worker().catch((error: unknown) => failed.abort(error)))
  await Promise.all(workers)
  failed.signal.throwIfAborted()
}

async function importMetric(
  run: ImportRun,
  metric: HtaMetric,
  damage: HtaDamageReport,
  { unordered, checkLevels }: HtaImportSettings,
  signal: AbortSignal,
): Promise<void> {
  const { name, sizeBytes: size, modifiedMs, dataStart } = metric
  if ((await run.declare(name, () => parametersOf(metric))) === undefined) return
  let reached = await resumeAt(metric, run.state.get(name))
  run.bytes += reached
  if (reached > dataStart) run.resumedBytes += reached
  const mark = new StoredMark((at: { offset: number; lastNs: string }) =>
    run.state.set(name, { size, modifiedMs, ...at }),
  )
  for await (const columns of metric.read(damage, { fromOffset: reached, unordered, signal })) {
    const { endOffset: offset, endNs } = columns
    await run.append([[name, columns]], mark.next({ offset, lastNs: endNs.toString() }))
    run.bytes += offset - reached
    reached = offset
    run.tell(name)
  }
  if (checkLevels) await addLevelDamage(metric, damage, signal)
}

/** What is wrong with the level files; the points have been told when they were read. */
async function addLevelDamage(metric: HtaMetric, damage: HtaDamageReport, signal: AbortSignal): Promise<void> {
  const found = new HtaDamageReport()
  await checkHtaLevels(metric, found, signal)
  for (const { kind, file, offset, count, message } of found.entries) {
    if (file !== metric.file) damage.add(kind, file, offset, count, message)
  }
}

/** Where to go on in a file: at the mark if the file still has the same record before it, which it has if it has only grown. */
async function resumeAt(metric: HtaMetric, mark: FileMark | undefined): Promise<number> {
  if (!mark?.lastNs || mark.offset > metric.sizeBytes) return metric.dataStart
  const lastNs = await metric.timeBefore(mark.offset).catch(() => undefined)
  return lastNs?.toString() === mark.lastNs ? mark.offset : metric.dataStart
}

/** A header that makes no sense is told in the damage; its points are worth having all the same. */
function parametersOf(metric: HtaMetric): LevelParameters {
  try {
    return metric.parameters
  } catch {
    return defaultLevelParameters
  }
}
