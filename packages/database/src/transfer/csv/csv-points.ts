import { DataError } from "@metricq/client"
import type { CsvImportSettings } from "../import-settings.js"
import type { PointBatch } from "../point-columns.js"
import type { Skips } from "../skips.js"
import type { TimeText } from "../time-text.js"
import type { CsvForm, ValueColumn } from "./csv-form.js"
import { parseValue } from "./value-text.js"

/** What the records of a file are turned into. */
export interface CsvTarget {
  readonly batch: PointBatch
  readonly skips: Skips
  /** Whether a metric is wanted. */
  wants(metric: string): boolean
}

/** Turns the records of one file into points. */
export class CsvPoints {
  readonly #file: string
  readonly #form: CsvForm
  readonly #times: TimeText
  readonly #skipErrors: boolean
  readonly #target: CsvTarget
  readonly #columns: readonly ValueColumn[]
  readonly #wanted = new Map<string, boolean>()

  constructor(file: string, form: CsvForm, times: TimeText, settings: CsvImportSettings, target: CsvTarget) {
    this.#file = file
    this.#form = form
    this.#times = times
    this.#skipErrors = settings.skipErrors === true
    this.#target = target
    // Columns that are not wanted may hold anything.
    this.#columns = form.kind === "wide" ? form.columns.filter(({ name }) => target.wants(name)) : []
  }

  /**
   * Add the points of a record. Empty cells are none, `nan` is a gap; infinite values and times of zero or before 1970 are left out and counted.
   *
   * @throws {DataError} `csv` naming file and line for what cannot be read, unless those are to be skipped; then nothing of the record is taken
   */
  add(fields: readonly string[], line: number): void {
    try {
      this.#add(fields, line)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      if (!this.#skipErrors)
        throw new DataError("csv", `${this.#file}, line ${line}: ${error.message}`, { cause: error })
      this.#target.skips.add("lines that cannot be read", `line ${line}: ${error.message}`)
    }
  }

  #add(fields: readonly string[], line: number): void {
    const form = this.#form
    if (fields.length !== form.fields) {
      throw new DataError("csv", `there are ${fields.length} fields instead of ${form.fields}`)
    }
    this.#times.read(fields[form.time]!)
    if (form.kind === "long") {
      this.#addPoint(fields[form.metric]!.trim(), parseValue(fields[form.value]!), line)
      return
    }
    const values = this.#columns.map(({ index }) => parseValue(fields[index]!))
    for (const [index, { name }] of this.#columns.entries()) this.#addPoint(name, values[index], line)
  }

  #addPoint(metric: string, value: number | undefined, line: number): void {
    if (value === undefined || !this.#wants(metric)) return
    const { seconds, nanos } = this.#times
    const reason = whyNoPoint(seconds, nanos, value)
    if (reason !== undefined) {
      this.#target.skips.add(reason, `line ${line}`)
      return
    }
    this.#target.batch.of(metric).add(seconds, nanos, value)
    this.#target.batch.points += 1
  }

  #wants(metric: string): boolean {
    let wanted = this.#wanted.get(metric)
    if (wanted === undefined) {
      if (metric === "") throw new DataError("csv", "the name of the metric is empty")
      wanted = this.#target.wants(metric)
      this.#wanted.set(metric, wanted)
    }
    return wanted
  }
}

function whyNoPoint(seconds: number, nanos: number, value: number): string | undefined {
  if (seconds < 0 || (seconds === 0 && nanos === 0)) return "times that are not after 1970-01-01"
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? "infinite values" : undefined
}
