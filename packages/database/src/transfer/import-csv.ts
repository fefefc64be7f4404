import { DataError } from "@metricq/client"
import { type CsvForm, csvFormOf } from "./csv/csv-form.js"
import { readCsvPieces } from "./csv/csv-pieces.js"
import { CsvPoints } from "./csv/csv-points.js"
import { splitRecords } from "./csv/csv-records.js"
import type { ImportControl, ImportReport } from "./import-control.js"
import { ImportRun, statFile } from "./import-run.js"
import type { CsvImportSettings } from "./import-settings.js"
import type { ImportSink } from "./import-sink.js"
import type { FileMark } from "./import-state.js"
import { PointBatch } from "./point-columns.js"
import { StoredMark } from "./stored-mark.js"
import { TimeText } from "./time-text.js"

/** Points that are collected before they are handed over, so that there are enough of each metric. */
const BATCH_POINTS = 2 ** 18

/**
 * Import a file of text: a row for each point with time, metric and value, or a row for each time with a column for each metric.
 *
 * Which of these, the delimiter and the unit of times that are numbers are told from the first lines, unless the settings say so. Rows can be in
 * any order. Empty cells are no points, `nan` is a gap. Levels of metrics that are new follow from the distance of their points.
 *
 * @throws {DataError} `import-file` if there is no such file, `csv-form` if it is unclear what is in it, `csv` naming the line that cannot be
 *   read; whatever the sink rejects with; the reason of the signal
 */
export function importCsv(
  file: string,
  sink: ImportSink,
  settings: CsvImportSettings = {},
  control: ImportControl = {},
): Promise<ImportReport> {
  return ImportRun.do({ kind: "csv", path: file, settings }, sink, control, async (run) => {
    const { size, modifiedMs } = await statFile(file)
    run.totalBytes = size
    const { form, times } = await lookInto(file, settings)
    const batch = new PointBatch()
    const wants = (metric: string): boolean => run.names.selects(metric)
    const points = new CsvPoints(file, form, times, settings, { batch, skips: run.skips, wants })
    const begin = resumeAt(run.state.get(file), { size, modifiedMs })
    run.bytes = begin.offset
    run.resumedBytes = begin.offset
    const mark = new StoredMark((reached: Position) => run.state.set(file, { size, modifiedMs, ...reached }))
    let { line } = begin
    for await (const { text, endOffset } of readCsvPieces(file, begin.offset)) {
      line = splitRecords(text, form.delimiter, line, (fields, at) => {
        if (at > 1 || !form.hasHeader) points.add(fields, at)
      })
      run.bytes = endOffset
      if (batch.points >= BATCH_POINTS) await handOver(run, batch, mark, { offset: endOffset, line })
      run.tell(file)
    }
    await handOver(run, batch, mark, { offset: run.bytes, line })
  })
}

/** The begin of a record in the file. */
interface Position {
  readonly offset: number
  readonly line: number
}

async function handOver(run: ImportRun, batch: PointBatch, mark: StoredMark<Position>, end: Position): Promise<void> {
  const taken = batch.take()
  await run.append(taken, mark.next(end, taken.length))
}

/** Tell from the first records what there is, also where the reading goes on further back. */
async function lookInto(file: string, settings: CsvImportSettings): Promise<{ form: CsvForm; times: TimeText }> {
  const times = new TimeText(settings)
  for await (const { text } of readCsvPieces(file, 0)) {
    const form = withFile(file, () => csvFormOf(text, settings))
    splitRecords(text, form.delimiter, 1, (fields, line) => {
      if (line === 1 && form.hasHeader) return true
      // The unit of all times is that of the first; what is wrong with it is told when it is its turn.
      try {
        times.read(fields[form.time] ?? "")
      } catch {}
      return false
    })
    return { form, times }
  }
  throw new DataError("csv-form", `${file}: there is nothing in it`)
}

function withFile<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(error.code, `${file}: ${error.message}`, { cause: error })
  }
}

function resumeAt(mark: FileMark | undefined, { size, modifiedMs }: { size: number; modifiedMs: number }): Position {
  const same = mark !== undefined && mark.size === size && mark.modifiedMs === modifiedMs && mark.line !== undefined
  return same ? { offset: mark.offset, line: mark.line! } : { offset: 0, line: 1 }
}
