import { createParquetTable } from "../parquet/create-table.js"
import { type ExportRow, timeText } from "./export-rows.js"

/** A form that exports have: its media type, and how rows become the pieces of a file. */
interface ExportFormat {
  readonly type: string
  write(rows: AsyncIterable<ExportRow>, columns: readonly string[]): AsyncGenerator<Uint8Array>
}

/** Text is handed on in pieces of about this length. */
const PIECE = 64 * 1024
/** Rows that are compressed together: few, so that nobody else of this process waits for long. */
const GROUP_ROWS = 2 ** 15

/** Every format by its name, which is also the ending of its files. None holds more than a piece of a file. */
export const exportFormats = {
  csv: { type: "text/csv; charset=utf-8", write: (rows, columns) => inPieces(csv(rows, columns)) },
  json: { type: "application/json; charset=utf-8", write: (rows, columns) => inPieces(json(rows, columns)) },
  parquet: { type: "application/vnd.apache.parquet", write: parquet },
} satisfies Record<string, ExportFormat>

export type ExportFormatName = keyof typeof exportFormats

async function* csv(rows: AsyncIterable<ExportRow>, columns: readonly string[]): AsyncGenerator<string> {
  yield `time,metric,${columns.join(",")}\n`
  for await (const row of rows) yield `${timeText(row)},${csvField(row.metric)},${row.values.join(",")}\n`
}

async function* json(rows: AsyncIterable<ExportRow>, columns: readonly string[]): AsyncGenerator<string> {
  let metric: string | undefined
  for await (const row of rows) {
    const isNew = row.metric !== metric
    if (isNew) yield `${metric === undefined ? "{" : "\n  ],"}\n  ${JSON.stringify(row.metric)}: [`
    metric = row.metric
    const fields = row.values.map((value, i) => `,"${columns[i]}":${Number.isFinite(value) ? value : `"${value}"`}`)
    yield `${isNew ? "" : ","}\n    {"time":"${timeText(row)}"${fields.join("")}}`
  }
  yield metric === undefined ? "{}\n" : "\n  ]\n}\n"
}

async function* parquet(rows: AsyncIterable<ExportRow>, names: readonly string[]): AsyncGenerator<Uint8Array> {
  const table = await createParquetTable({ names, integers: ["count"] }, GROUP_ROWS)
  for await (const { timeNs, metric, values } of rows) {
    if (table.add(timeNs, metric, values)) yield await table.takeGroup()
  }
  yield await table.finish()
}

async function* inPieces(text: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  let piece = ""
  for await (const part of text) {
    piece += part
    if (piece.length < PIECE) continue
    yield Buffer.from(piece)
    piece = ""
  }
  if (piece !== "") yield Buffer.from(piece)
}

/** Names come from whoever measures: one that a sheet would take for a formula gets an apostrophe. */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
