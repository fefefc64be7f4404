import { stat } from "node:fs/promises"
import { type Columns, DataError } from "@metricq/client"
import type { LevelParameters } from "@metricq/timeline"
import { AppendPipeline } from "./append-pipeline.js"
import type { ImportControl, ImportReport } from "./import-control.js"
import type { ImportKind, ImportSettings } from "./import-settings.js"
import type { ImportSink } from "./import-sink.js"
import { ImportState } from "./import-state.js"
import { levelsOfPoints } from "./levels-of-points.js"
import { MetricNames } from "./metric-names.js"
import { Skips } from "./skips.js"

/** Metrics that are made known side by side. */
const DECLARED_AT_ONCE = 1000

/** Progress is told at most so often. */
const PROGRESS_MS = 100

/** What is read, and with which settings. */
export interface ImportSource {
  readonly kind: ImportKind
  readonly path: string
  readonly settings: ImportSettings
}

/** One import under way: what the readers of all kinds have in common. */
export class ImportRun {
  readonly names: MetricNames
  readonly skips = new Skips()
  readonly state: ImportState
  readonly signal: AbortSignal | undefined
  /** Bytes to read, and how many of them are read or were in an earlier run. */
  totalBytes = 0
  bytes = 0
  /** Bytes that an earlier run had read. */
  resumedBytes = 0
  readonly #source: ImportSource
  readonly #sink: ImportSink
  readonly #control: ImportControl
  readonly #pipeline: AppendPipeline
  /** Names in the store by names in the source; undefined for those that are left out. */
  readonly #targets = new Map<string, Promise<string | undefined>>()
  readonly #begun = performance.now()
  #toldAt = Number.NEGATIVE_INFINITY
  #points = 0
  #metrics = 0

  private constructor(source: ImportSource, sink: ImportSink, control: ImportControl, state: ImportState) {
    this.#source = source
    this.#sink = sink
    this.#control = control
    this.#pipeline = new AppendPipeline(sink, control.maxBytesInFlight, control.signal)
    this.names = new MetricNames(source.settings)
    this.signal = control.signal
    this.state = state
  }

  /** Do an import: `read` reads and hands over; this waits until all is stored, also where it ends badly, and keeps what is remembered. */
  static async do(
    source: ImportSource,
    sink: ImportSink,
    control: ImportControl,
    read: (run: ImportRun) => Promise<void>,
  ): Promise<ImportReport> {
    control.signal?.throwIfAborted()
    const { kind, path, settings } = source
    const { restart, ...meaning } = settings
    const state = await ImportState.open(control.stateFile, { kind, path, settings: meaning }, restart)
    const run = new ImportRun(source, sink, control, state)
    try {
      await read(run)
      await run.#pipeline.drain()
    } catch (error) {
      await run.#pipeline.drain().catch(() => {})
      await state.flush()
      control.signal?.throwIfAborted()
      throw error
    }
    const forgotten = await state.flush()
    if (forgotten) run.skips.add(`how far it is cannot be remembered: ${forgotten.message}`, path)
    return run.#report()
  }

  /**
   * Make a metric known to the sink, once.
   *
   * @returns its name in the store; `undefined` if it is not wanted, or its name cannot be one
   */
  declare(name: string, parameters: () => LevelParameters): Promise<string | undefined> {
    let target = this.#targets.get(name)
    if (!target) {
      target = this.#declare(name, parameters)
      this.#targets.set(name, target)
    }
    return target
  }

  /** Make many metrics known side by side, since a sink may have to wait for the disk for each. */
  async declareAll(metrics: readonly (readonly [name: string, parameters: () => LevelParameters])[]): Promise<void> {
    for (let at = 0; at < metrics.length; at += DECLARED_AT_ONCE) {
      this.signal?.throwIfAborted()
      const some = metrics.slice(at, at + DECLARED_AT_ONCE)
      await Promise.all(some.map(([name, parameters]) => this.declare(name, parameters)))
    }
  }

  /**
   * Hand points over, by the names that the metrics have in the source. Points of metrics that are not wanted are passed over. A metric that has
   * not been declared gets levels by the distance of these points.
   *
   * @param onStored called for each metric when its points are on disk, or at once if there is nothing to store
   */
  async append(batch: readonly (readonly [name: string, columns: Columns])[], onStored: () => void): Promise<void> {
    const filled = batch.filter(([, { times }]) => times.length > 0)
    await this.declareAll(filled.map(([name, columns]) => [name, () => levelsOfPoints(columns)]))
    for (const [name, columns] of batch) {
      const metric = columns.times.length === 0 ? undefined : await this.#targets.get(name)
      if (metric === undefined) onStored()
      else await this.#hand(metric, columns, onStored)
      this.signal?.throwIfAborted()
    }
  }

  async #hand(metric: string, columns: Columns, onStored: () => void): Promise<void> {
    await this.#pipeline.append(metric, columns, onStored)
    this.#points += columns.times.length
  }

  /** Tell how far it is, now and then; ends the import if that is asked for. */
  tell(current: string): void {
    this.signal?.throwIfAborted()
    const now = performance.now()
    if (!this.#control.onProgress || now - this.#toldAt < PROGRESS_MS) return
    this.#toldAt = now
    const seconds = Math.max(now - this.#begun, 1) / 1000
    const { bytes, totalBytes } = this
    this.#control.onProgress({
      current,
      points: this.#points,
      bytes,
      totalBytes,
      pointsPerSecond: this.#points / seconds,
    })
  }

  async #declare(name: string, parameters: () => LevelParameters): Promise<string | undefined> {
    if (!this.names.selects(name)) return undefined
    let metric: string
    try {
      metric = this.names.rename(name)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      this.skips.add(error.message, name)
      return undefined
    }
    await this.#sink.declare(metric, parameters())
    this.#metrics += 1
    return metric
  }

  #report(): ImportReport {
    const { kind, path } = this.#source
    return {
      kind,
      path,
      points: this.#points,
      metrics: this.#metrics,
      resumedBytes: this.resumedBytes,
      totalBytes: this.totalBytes,
      seconds: (performance.now() - this.#begun) / 1000,
      skipped: this.skips.entries,
    }
  }
}

/**
 * Size and last change of a file that is to be imported.
 *
 * @throws {DataError} `import-file` if it is not there, cannot be looked at, or is no file
 */
export async function statFile(path: string): Promise<{ size: number; modifiedMs: number }> {
  try {
    const stats = await stat(path)
    if (stats.isFile()) return { size: stats.size, modifiedMs: stats.mtimeMs }
  } catch (cause) {
    throw new DataError("import-file", `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  throw new DataError("import-file", `${path} is no file`)
}
