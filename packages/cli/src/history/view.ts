import { extname } from "node:path"
import { UsageError } from "../errors.js"
import type { ExportFormat } from "../export/export-series.js"

/** What `metricq history` can write its data as. */
export const historyFormats = ["table", "csv", "csv-wide", "json", "jsonl", "parquet"] as const
export type HistoryFormat = (typeof historyFormats)[number] & ("table" | ExportFormat)

/** Options that say what the output is. */
export interface ViewOptions {
  readonly raw?: boolean
  readonly points?: number
  readonly interval?: string
  readonly format?: HistoryFormat
  readonly json?: boolean
  readonly output?: string
  readonly plot?: boolean
}

/** What to put out: a plot, data in a format, or both; data goes to standard output or into the file `output`. */
export interface View {
  readonly plot: boolean
  readonly format: HistoryFormat | undefined
}

/** Formats by the end of a file's name. */
const BY_EXTENSION: Readonly<Record<string, HistoryFormat>> = {
  ".csv": "csv",
  ".json": "json",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".parquet": "parquet",
}

/**
 * What the options ask for. Where they do not say: a plot on a terminal, a table there if the kind of rows is said, else CSV; for a
 * file, the format that its name ends in.
 *
 * @throws {UsageError} for what cannot be together
 */
export function viewOf(options: ViewOptions, isTerminal: boolean): View {
  const { plot = false, output } = options
  const named = options.format ?? (options.json ? "json" : undefined)
  if (options.json && options.format !== undefined && options.format !== "json")
    throw new UsageError(`--json and --format ${options.format} cannot be together`)
  if (plot && named !== undefined && output === undefined)
    throw new UsageError("--plot and data cannot both go to standard output; name a file for the data with -o")
  if (named === "csv-wide" && !options.raw) throw new UsageError("--format csv-wide is for points: add --raw")
  if (output !== undefined) return { plot, format: named ?? BY_EXTENSION[extname(output).toLowerCase()] ?? "csv" }
  if (named !== undefined) {
    if (named === "parquet" && isTerminal)
      throw new UsageError("Parquet is not for terminals: name a file with -o FILE.parquet")
    return { plot: false, format: named }
  }
  const saysRows = options.raw || options.points !== undefined || options.interval !== undefined
  if (plot || (isTerminal && !saysRows)) return { plot: true, format: undefined }
  return { plot: false, format: isTerminal ? "table" : "csv" }
}
