import { DataError } from "@metricq/client"
import type { ImportControl, ImportReport } from "./import-control.js"
import { ImportRun, statFile } from "./import-run.js"
import type { ParquetImportSettings } from "./import-settings.js"
import type { ImportSink } from "./import-sink.js"
import type { ParquetFile, Stretch } from "./parquet/parquet-file.js"
import { type ParquetForm, parquetFormOf } from "./parquet/parquet-form.js"
import { ParquetTimes } from "./parquet/parquet-times.js"
import { PointBatch } from "./point-columns.js"
import { StoredMark } from "./stored-mark.js"

/**
 * Import a Parquet file: columns `time`, `metric` and `value`, or a column of times and one of numbers for each metric.
 *
 * Times are TIMESTAMPs of any unit, INT64 or text; those without a zone are UTC. Nulls are no points, NaN is a gap. Columns that hold no numbers
 * are told in the report. Levels of metrics that are new follow from the distance of their points. What is remembered counts in rows.
 *
 * In memory are 262,144 rows of two columns, and the compressed bytes of one column of a row group.
 *
 * @throws {DataError} `import-file` if there is no such file, `parquet` if it cannot be read, `parquet-form` if it is unclear what is in it;
 *   whatever the sink rejects with; the reason of the signal
 */
export function importParquet(
  path: string,
  sink: ImportSink,
  settings: ParquetImportSettings = {},
  control: ImportControl = {},
): Promise<ImportReport> {
  return ImportRun.do({ kind: "parquet", path, settings }, sink, control, async (run) => {
    const { size, modifiedMs } = await statFile(path)
    // The reader of the format is loaded only where it is needed.
    const { ParquetFile } = await import("./parquet/parquet-file.js")
    const file = await ParquetFile.open(path, size)
    try {
      const form = formOf(run, file, path, settings)
      const mark = new StoredMark((offset: number) => run.state.set(path, { size, modifiedMs, offset }))
      const known = run.state.get(path)
      const begin = known?.size === size && known.modifiedMs === modifiedMs ? known.offset : 0
      const reader = new StretchReader(run, file, form)
      const { stretches } = file
      run.totalBytes = bytesOf(stretches)
      run.bytes = run.resumedBytes = bytesOf(stretches.filter(({ end }) => end <= begin))
      for (const stretch of stretches.filter(({ end }) => end > begin)) {
        await reader.read(stretch, mark)
        run.bytes += stretch.bytes
        run.tell(path)
      }
    } finally {
      await file.close()
    }
  })
}

function bytesOf(stretches: readonly Stretch[]): number {
  return Math.round(stretches.reduce((sum, { bytes }) => sum + bytes, 0))
}

function formOf(run: ImportRun, file: ParquetFile, path: string, settings: ParquetImportSettings): ParquetForm {
  try {
    return parquetFormOf(file.columns, settings, (column) => {
      if (run.names.selects(column)) run.skips.add("columns that hold no numbers", column)
    })
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

class StretchReader {
  readonly #run: ImportRun
  readonly #file: ParquetFile
  readonly #form: ParquetForm
  readonly #times: ParquetTimes

  constructor(run: ImportRun, file: ParquetFile, form: ParquetForm) {
    this.#run = run
    this.#file = file
    this.#form = form
    this.#times = new ParquetTimes(form.time)
  }

  /** Read a stretch and hand it over. */
  async read(stretch: Stretch, mark: StoredMark<number>): Promise<void> {
    const times = this.#times.read(await this.#file.read(this.#form.time.name, stretch), stretch.begin)
    if (this.#form.kind === "long") await this.#readLong(this.#form, stretch, times, mark)
    else await this.#readWide(this.#form, stretch, times, mark)
  }

  async #readLong(
    form: ParquetForm & { kind: "long" },
    stretch: Stretch,
    times: BigInt64Array,
    mark: StoredMark<number>,
  ): Promise<void> {
    const metrics = await this.#file.read(form.metric, stretch)
    const values = await this.#file.read(form.value, stretch)
    const batch = new PointBatch()
    for (const [index, timeNs] of times.entries()) {
      const metric: unknown = metrics[index]
      if (typeof metric !== "string" || metric === "") {
        this.#run.skips.add("rows without a name of a metric", `row ${stretch.begin + index}`)
        continue
      }
      const value = this.#valueOf(timeNs, values[index], stretch.begin + index)
      if (value !== undefined) batch.of(metric).addNs(timeNs, value)
    }
    const taken = batch.take()
    await this.#run.append(taken, mark.next(stretch.end, taken.length))
  }

  async #readWide(
    form: ParquetForm & { kind: "wide" },
    stretch: Stretch,
    times: BigInt64Array,
    mark: StoredMark<number>,
  ): Promise<void> {
    const wanted = form.columns.filter(({ metric }) => this.#run.names.selects(metric))
    const stored = mark.next(stretch.end, wanted.length)
    for (const { column, metric } of wanted) {
      const values = await this.#file.read(column, stretch)
      const batch = new PointBatch()
      const points = batch.of(metric)
      for (const [index, timeNs] of times.entries()) {
        const value = this.#valueOf(timeNs, values[index], stretch.begin + index)
        if (value !== undefined) points.addNs(timeNs, value)
      }
      await this.#run.append(batch.take(), stored)
      this.#run.tell(metric)
    }
  }

  /** The value of a point, or undefined if there is none; what is left out is counted. */
  #valueOf(timeNs: bigint, value: unknown, row: number): number | undefined {
    if (value === null || value === undefined) return undefined
    const number = Number(value)
    if (timeNs > 0n && number !== Number.POSITIVE_INFINITY && number !== Number.NEGATIVE_INFINITY) return number
    this.#run.skips.add(timeNs > 0n ? "infinite values" : "times that are not after 1970-01-01", `row ${row}`)
    return undefined
  }
}
