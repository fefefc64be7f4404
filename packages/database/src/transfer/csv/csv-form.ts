import { DataError } from "@metricq/client"
import type { CsvImportSettings } from "../import-settings.js"
import { isTimeText } from "../time-text.js"
import { splitRecords } from "./csv-records.js"

/** A column with the values of one metric. */
export interface ValueColumn {
  readonly index: number
  readonly name: string
}

/** How the records of a file are to be read. */
export type CsvForm = {
  readonly delimiter: string
  /** Whether the first record has the names of the columns. */
  readonly hasHeader: boolean
  /** Fields of each record. */
  readonly fields: number
  readonly time: number
} & (
  | { readonly kind: "long"; readonly metric: number; readonly value: number }
  | { readonly kind: "wide"; readonly columns: readonly ValueColumn[] }
)

const DELIMITERS = [",", ";", "\t"]
const TIME_NAMES = /^_?(?:time|timestamp|datetime|date|ts)$/i
const METRIC_NAMES = /^(?:metric|name|series)$/i
const VALUE_NAMES = /^_?value$/i

/**
 * Tell how a file is to be read from its first records and from what is said about it.
 *
 * A first record without a time is one of names. Without names, three fields are time, metric and value, and two are time and value of the metric that is said.
 *
 * @throws {DataError} `csv-form` naming what to say about the file
 */
export function csvFormOf(text: string, settings: CsvImportSettings): CsvForm {
  const delimiter = settings.delimiter ?? delimiterOf(text)
  const first = firstRecord(text, delimiter)
  if (!first) throw new DataError("csv-form", "there is nothing in it")
  const named = settings.time !== undefined || !first.some(isTimeText)
  return named ? namedForm(first, delimiter, settings) : namelessForm(first.length, delimiter, settings)
}

function namedForm(header: readonly string[], delimiter: string, settings: CsvImportSettings): CsvForm {
  const names = header.map((name) => name.trim())
  const time = settings.time === undefined ? timeColumn(names) : names.indexOf(settings.time)
  if (time === -1) throw new DataError("csv-form", `there is no column ${settings.time}, but ${names.join(", ")}`)
  const common = { delimiter, hasHeader: true, fields: names.length, time }
  const metric = names.findIndex((name) => METRIC_NAMES.test(name))
  const value = names.findIndex((name) => VALUE_NAMES.test(name))
  const form = settings.form ?? (metric === -1 || value === -1 || settings.metric !== undefined ? "wide" : "long")
  if (form === "wide") return { ...common, kind: "wide", columns: valueColumns(names, time, settings) }
  if (metric === -1 || value === -1) {
    throw new DataError("csv-form", `a point a row needs columns metric and value, but there are ${names.join(", ")}`)
  }
  return { ...common, kind: "long", metric, value }
}

function namelessForm(fields: number, delimiter: string, settings: CsvImportSettings): CsvForm {
  const common = { delimiter, hasHeader: false, fields, time: 0 }
  if (fields === 3 && settings.form !== "wide" && settings.metric === undefined) {
    return { ...common, kind: "long", metric: 1, value: 2 }
  }
  if (fields === 2 && settings.form !== "long" && settings.metric !== undefined) {
    return { ...common, kind: "wide", columns: [{ index: 1, name: settings.metric }] }
  }
  const need =
    "without a line of names there must be time, metric and value, or time and value and the name of the metric said"
  throw new DataError("csv-form", `line 1 has ${fields} fields: ${need}`)
}

/** The column that is called a time, or has no name, else the first one. */
function timeColumn(names: readonly string[]): number {
  const named = names.findIndex((name) => TIME_NAMES.test(name))
  const nameless = names.indexOf("")
  return named !== -1 ? named : nameless !== -1 ? nameless : 0
}

function valueColumns(names: readonly string[], time: number, { metric }: CsvImportSettings): ValueColumn[] {
  const columns = names
    .map((name, index) => ({ index, name }))
    .filter(({ index, name }) => index !== time && name !== "")
  if (metric !== undefined) {
    const value = columns.find(({ name }) => VALUE_NAMES.test(name)) ?? columns[0]
    if (!value || (columns.length > 1 && !VALUE_NAMES.test(value.name))) {
      throw new DataError("csv-form", `the values of ${metric} can be in any of the columns ${names.join(", ")}`)
    }
    return [{ index: value.index, name: metric }]
  }
  const twice = columns.find(({ name, index }) => names.indexOf(name) !== index)
  if (twice) throw new DataError("csv-form", `two columns have the name ${twice.name}`)
  if (columns.length === 0) throw new DataError("csv-form", "there are times, but no values")
  return columns
}

function delimiterOf(text: string): string {
  const line = text.slice(0, (text.indexOf("\n") + 1 || text.length + 1) - 1).replace(/"[^"]*"/g, "")
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!
}

function firstRecord(text: string, delimiter: string): string[] | undefined {
  let first: string[] | undefined
  splitRecords(text, delimiter, 1, (fields) => {
    first = fields
    return false
  })
  return first
}
