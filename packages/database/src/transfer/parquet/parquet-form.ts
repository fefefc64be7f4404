import { DataError } from "@metricq/client"
import type { SchemaElement } from "hyparquet"
import type { ParquetImportSettings, TimeUnit } from "../import-settings.js"

/** How the times of a column are to be read: as numbers of a unit, undefined where the first one has to tell; or as text. */
export type TimeColumn = { readonly name: string } & (
  | { readonly kind: "number"; readonly unit: TimeUnit | undefined }
  | { readonly kind: "text" }
)

/** How the rows of a file are to be read. */
export type ParquetForm = { readonly time: TimeColumn } & (
  | { readonly kind: "long"; readonly metric: string; readonly value: string }
  | { readonly kind: "wide"; readonly columns: readonly { readonly column: string; readonly metric: string }[] }
)

const TIME_NAMES = /^_?(?:time|timestamp|datetime|date|ts)$/i
const METRIC_NAMES = /^(?:metric|name|series)$/i
const VALUE_NAMES = /^_?value$/i

const UNITS = { MILLIS: "ms", MICROS: "us", NANOS: "ns" } as const

/**
 * Tell how a file is to be read from its columns and from what is said about it. Columns that hold no numbers are told to `skip` where each
 * is one of a metric.
 *
 * @throws {DataError} `parquet-form` naming what to say about the file
 */
export function parquetFormOf(
  columns: readonly SchemaElement[],
  settings: ParquetImportSettings,
  skip: (column: string) => void,
): ParquetForm {
  const time = timeColumn(columns, settings)
  const metric = columns.find(({ name }) => METRIC_NAMES.test(name))
  const value = columns.find(({ name }) => VALUE_NAMES.test(name))
  const form = settings.form ?? (metric && isText(metric) && value && settings.metric === undefined ? "long" : "wide")
  if (form === "wide") return { time, kind: "wide", columns: valueColumns(columns, time.name, settings, skip) }
  if (!metric || !value || !isNumber(value)) {
    throw fault(`a point a row needs columns metric and value, but there are ${namesOf(columns)}`)
  }
  return { time, kind: "long", metric: metric.name, value: value.name }
}

function timeColumn(columns: readonly SchemaElement[], { time, unit }: ParquetImportSettings): TimeColumn {
  const element =
    time === undefined
      ? (columns.find(({ name }) => TIME_NAMES.test(name)) ?? columns.find((each) => storedUnit(each) !== undefined))
      : columns.find(({ name }) => name === time)
  if (!element) throw fault(`there is no column ${time ?? "with times"}, but ${namesOf(columns)}`)
  const { name, type } = element
  const stored = storedUnit(element)
  if (stored !== undefined) return { name, kind: "number", unit: stored }
  if (type === "INT64" && !isDecimal(element)) return { name, kind: "number", unit }
  if (isText(element)) return { name, kind: "text" }
  throw fault(`column ${name} holds no times: it must be a TIMESTAMP, an INT64 or text`)
}

/** The unit that a column says its times are in. */
function storedUnit({ type, converted_type, logical_type }: SchemaElement): TimeUnit | undefined {
  if (logical_type?.type === "TIMESTAMP") return UNITS[logical_type.unit]
  if (converted_type === "TIMESTAMP_MILLIS") return "ms"
  if (converted_type === "TIMESTAMP_MICROS") return "us"
  return type === "INT96" ? "ns" : undefined
}

function valueColumns(
  columns: readonly SchemaElement[],
  time: string,
  { metric }: ParquetImportSettings,
  skip: (column: string) => void,
): { column: string; metric: string }[] {
  const others = columns.filter(({ name }) => name !== time)
  const numbers = others.filter(isNumber)
  if (metric !== undefined) {
    const value = numbers.find(({ name }) => VALUE_NAMES.test(name)) ?? numbers[0]
    if (value && (numbers.length === 1 || VALUE_NAMES.test(value.name))) return [{ column: value.name, metric }]
    throw fault(`the values of ${metric} can be in any of the columns ${namesOf(columns)}`)
  }
  for (const { name } of others.filter((each) => !isNumber(each))) skip(name)
  if (numbers.length === 0) throw fault(`there are times, but no numbers: ${namesOf(columns)}`)
  return numbers.map(({ name }) => ({ column: name, metric: name }))
}

function isNumber(element: SchemaElement): boolean {
  const { type, repetition_type, converted_type = "", logical_type } = element
  if (repetition_type === "REPEATED" || storedUnit(element) !== undefined) return false
  if (isDecimal(element) || logical_type?.type === "FLOAT16") return true
  if (/^(?:DATE|TIME)/.test(converted_type) || /^(?:DATE|TIME)/.test(logical_type?.type ?? "")) return false
  return type === "BOOLEAN" || type === "INT32" || type === "INT64" || type === "FLOAT" || type === "DOUBLE"
}

function isDecimal({ converted_type }: SchemaElement): boolean {
  return converted_type === "DECIMAL"
}

function isText({ type, converted_type, logical_type }: SchemaElement): boolean {
  return type === "BYTE_ARRAY" && (converted_type === "UTF8" || logical_type?.type === "STRING" || !converted_type)
}

function namesOf(columns: readonly SchemaElement[]): string {
  return columns
    .slice(0, 20)
    .map(({ name }) => name)
    .join(", ")
}

function fault(text: string): DataError {
  return new DataError("parquet-form", text)
}
