import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { CheckedImport, HtaImportReport, ImportProgress, ImportReport } from "@metricq/database"
import { CommandError } from "../errors.js"
import { damageLines, progressLabel, reportLine, skipLines } from "../import/report.js"
import { withoutUndefined } from "../import/settings.js"
import { runDatabaseJob } from "../network/database-job.js"
import { withClient } from "../network/session.js"
import { withSignals } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { note, printJson, printLines } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"

/** Lines about what was left out or damaged. */
const MOST_NOTES = 100

/** Options of all imports. */
export interface ImportOptions extends ConnectionOptions {
  readonly select?: readonly string[]
  readonly exclude?: readonly string[]
  readonly strip?: string
  readonly prefix?: string
  readonly restart?: boolean
  readonly json?: boolean
  readonly folder?: string
  readonly database: string
}

/** Options of `metricq import hta`. */
export interface HtaImportOptions extends ImportOptions {
  readonly unordered: string
  readonly checkLevels?: boolean
}

/** Options of `metricq import parquet`. */
export interface TableImportOptions extends ImportOptions {
  readonly form?: string
  readonly as?: string
  readonly timeColumn?: string
  readonly unit?: string
}

/** Options of `metricq import csv`. */
export interface CsvImportOptions extends TableImportOptions {
  readonly delimiter?: string
  readonly utc?: boolean
  readonly skipErrors?: boolean
}

/** Import an archive of the original's database. */
export function importArchive(archive: string, options: HtaImportOptions): Promise<void> {
  const { unordered, checkLevels } = options
  return importPoints("hta", archive, { ...commonSettings(options), unordered, checkLevels }, options)
}

/** Import a file of text. */
export function importText(file: string, options: CsvImportOptions): Promise<void> {
  const { utc, skipErrors } = options
  const delimiter = options.delimiter === "tab" ? "\t" : options.delimiter
  return importPoints("csv", file, { ...tableSettings(options), delimiter, utc, skipErrors }, options)
}

/** Import a Parquet file. */
export function importTable(file: string, options: TableImportOptions): Promise<void> {
  return importPoints("parquet", file, tableSettings(options), options)
}

function commonSettings({ select, exclude, strip, prefix, restart }: ImportOptions): object {
  return { select, exclude, strip, prefix, restart }
}

function tableSettings(options: TableImportOptions): object {
  const { form, as: metric, timeColumn: time, unit } = options
  return { ...commonSettings(options), form, metric, time, unit }
}

async function importPoints(kind: string, path: string, settings: object, options: ImportOptions): Promise<void> {
  const { checkImport } = await import("@metricq/database")
  const request = checkImport({ kind, path, settings: withoutUndefined(settings) })
  const report = await (options.folder === undefined
    ? importInDatabase(request, options)
    : importIntoFolder(request, options.folder))
  if (options.json) return printJson(report)
  printLines([reportLine(report)])
  const lines = [...skipLines(report), ...damageLines(report)]
  for (const line of lines.slice(0, MOST_NOTES)) note(line)
  if (lines.length > MOST_NOTES) note(`and ${lines.length - MOST_NOTES} more: --json has all`)
}

/** Import into a store that this process opens. */
async function importIntoFolder(request: CheckedImport, folder: string): Promise<ImportReport | HtaImportReport> {
  const { importAny, importStateFile, timelineSink } = await import("@metricq/database")
  const { Timeline } = await import("@metricq/timeline")
  // A path that is wrong must not leave an empty store behind.
  if (!existsSync(request.path)) throw new CommandError("no-file", `${request.path} is not there`)
  return withSignals(async (signal) => {
    let progress: ImportProgress | undefined
    const onProgress = (told: ImportProgress): void => {
      progress = told
    }
    const timeline = await Timeline.open(folder)
    try {
      const control = { signal, onProgress, stateFile: importStateFile(resolve(folder), request) }
      const importing = importAny(request, timelineSink(timeline), control)
      return await withProgress(() => progressLabel(progress), importing)
    } finally {
      await timeline.close()
    }
  })
}

/** Have a running database import, and follow it. */
function importInDatabase(
  { kind, path, settings }: CheckedImport,
  options: ImportOptions,
): Promise<ImportReport | HtaImportReport> {
  const work = async (client: Parameters<Parameters<typeof withClient>[1]>[0], signal: AbortSignal) => {
    let label = "asking the database"
    const request = {
      database: options.database,
      name: "database.import",
      args: { kind, path, options: { ...settings } },
    }
    const importing = runDatabaseJob(client, request, signal, ({ state, progress }) => {
      label = state === "waiting" ? "waiting for other jobs of the database" : progressLabel(progress)
    })
    return (await withProgress(() => label, importing)) as unknown as ImportReport
  }
  return withClient(options, work, { administrator: true, endsBySignal: true })
}
