import { existsSync } from "node:fs"
import { isAbsolute, resolve } from "node:path"
import type { JsonObject, JsonValue } from "@metricq/protocol"
import type { DatabaseHandle, DeletedRange, OnProgress } from "../db/database-handle.js"
import { figureRows, progressText } from "../db/figures.js"
import { withDatabase, withRemoteDatabase } from "../db/open-database.js"
import { CommandError, ExitWith, UsageError } from "../errors.js"
import { isLocal } from "../network/server.js"
import { withSignals } from "../network/signals.js"
import type { DatabaseOptions, RunningDatabaseOptions } from "../options/database.js"
import { timeOf } from "../options/times.js"
import { chooseLetter } from "../terminal/choice.js"
import { printJson, printLines, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { renderTable } from "../terminal/table.js"
import { printable } from "../terminal/text.js"

/** Options of the commands below `metricq db`. */
export interface DbOptions extends DatabaseOptions {
  readonly json?: boolean
}

/** Print what a database says of itself; exit code 1 if there is trouble. */
export async function statusDatabase(options: DbOptions): Promise<void> {
  const status = await withDatabase(options, (database) => database.status())
  show(status, options)
  if (listOf(status.trouble).length > 0) throw new ExitWith(1)
}

/** Check everything that is stored; exit code 1 if anything is damaged. */
export async function verifyDatabase(options: DbOptions): Promise<void> {
  const found = await work(options, "verifying", (database, onProgress) => database.verify(onProgress))
  show(found, options)
  if (listOf(found.damaged).length > 0) throw new ExitWith(1)
}

/** Merge what can be merged. */
export async function compactDatabase(options: DbOptions): Promise<void> {
  show(await work(options, "compacting", (database, onProgress) => database.compact(onProgress)), options)
}

/** Copy everything that is stored into a folder. */
export async function backUpDatabase(folder: string, options: DbOptions): Promise<void> {
  const isHere = options.folder !== undefined || isLocal(options.server)
  if (!isHere && !isAbsolute(folder)) {
    throw new UsageError(`${folder}: the folder is one of the database's machine; name it from the root on`)
  }
  const path = isHere ? resolve(folder) : folder
  show(await work(options, "copying", (database, onProgress) => database.backup(path, onProgress)), options)
}

/** Options of `metricq db jobs` and `metricq db cancel`. */
export interface JobOptions extends RunningDatabaseOptions {
  readonly json?: boolean
}

/** Options of `metricq db delete`. */
export interface DeleteOptions extends DbOptions {
  readonly from?: string
  readonly to?: string
  readonly yes?: boolean
}

/** Delete metrics, or what they have in a range, after asking. */
export async function deleteFromDatabase(patterns: readonly string[], options: DeleteOptions): Promise<void> {
  const range = deletedRange(options)
  const results = await withDatabase(options, async (database) => {
    if (!options.yes) await confirm(database, patterns, range)
    const done: JsonObject[] = []
    for (const pattern of patterns) {
      const deleting = reporting(`deleting ${pattern}`, (onProgress) => database.delete(pattern, range, onProgress))
      done.push({ pattern, ...(await deleting) })
    }
    return done
  })
  if (options.json) return printJson(results)
  printLines(results.map(({ pattern, metrics }) => `deleted ${printable(String(pattern))}: ${countOf(metrics)}`))
}

function deletedRange({ from, to }: DeleteOptions): DeletedRange | undefined {
  if (from === undefined && to === undefined) return undefined
  const begin = from === undefined ? undefined : timeOf("--from", from)
  const end = to === undefined ? undefined : timeOf("--to", to)
  if (begin && end && !begin.isBefore(end)) throw new UsageError(`--from ${from} is not before --to ${to}`)
  return { ...(begin && { begin: begin.toIso() }), ...(end && { end: end.toIso() }) }
}

async function confirm({ name }: DatabaseHandle, patterns: readonly string[], range?: DeletedRange): Promise<void> {
  const time = range === undefined ? "" : ` from ${range.begin ?? "the first point"} to ${range.end ?? "the last"}`
  const question = `Delete ${printable(patterns.join(" "))}${time} from ${name}? It cannot be undone.`
  const answer = await chooseLetter(question, "yn")
  if (answer === "y") return
  if (answer === undefined) throw new UsageError("nobody to ask whether to delete: say --yes")
  throw new CommandError("not-confirmed", "nothing was deleted")
}

/** Print the jobs of a running database. */
export async function listJobs(options: JobOptions): Promise<void> {
  const { jobs } = await withRemoteDatabase(options, (database) => database.call("jobs", {}))
  const list = listOf(jobs).filter(isObject)
  if (options.json) return printJson(list)
  printTable(
    [
      { title: "job", align: "right" },
      { title: "kind" },
      { title: "state" },
      { title: "asked" },
      { title: "by" },
      { title: "note" },
    ],
    list.map(({ job, kind, state, asked, user, progress, failure }) => [
      ...[job, kind, state, asked, user].map((value) => String(value ?? "")),
      typeof failure === "string" ? failure : isObject(progress) && state === "running" ? progressText(progress) : "",
    ]),
  )
}

/** End a job of a running database. */
export async function cancelJob(job: number, options: JobOptions): Promise<void> {
  const ended = await withRemoteDatabase(options, (database) => database.call("cancel", { job }))
  if (options.json) printJson(ended)
  else printLines([`job ${job} (${ended.kind}) is ${ended.state === "running" ? "ending" : ended.state}`])
}

function work(
  options: DbOptions,
  label: string,
  run: (database: DatabaseHandle, onProgress: OnProgress) => Promise<JsonObject>,
): Promise<JsonObject> {
  return withDatabase(options, (database) =>
    reporting(`${label} ${database.name}`, (onProgress) => run(database, onProgress)),
  )
}

/** Show on a terminal what work tells of its progress. */
function reporting(label: string, run: (onProgress: OnProgress) => Promise<JsonObject>): Promise<JsonObject> {
  let told = ""
  const onProgress = (progress: JsonObject): void => {
    told = progressText(progress)
  }
  return withProgress(() => (told === "" ? label : `${label}: ${told}`), run(onProgress))
}

function show(figures: JsonObject, { json }: DbOptions): void {
  if (json) printJson(figures)
  else printLines(renderTable([{ title: "" }, { title: "" }], figureRows(figures)).slice(1))
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value)
}

function countOf(metrics: JsonValue | undefined): string {
  return typeof metrics === "number" ? `${metrics} metric${metrics === 1 ? "" : "s"}` : "done"
}

/** Options of `metricq db restore`. */
export interface RestoreOptions {
  readonly folder: string
  readonly json?: boolean
}

/** Make a folder for a database from a backup. */
export async function restoreDatabase(copy: string, { folder, json }: RestoreOptions): Promise<void> {
  if (!existsSync(copy)) throw new CommandError("no-backup", `${copy} is not there`)
  const { Timeline } = await import("@metricq/timeline")
  await withSignals((signal) =>
    reporting(`restoring ${copy}`, async (onProgress) => {
      await Timeline.restore(copy, folder, {
        signal,
        onProgress: (copiedBytes, ofBytes) => onProgress({ copiedBytes, ofBytes }),
      })
      return {}
    }),
  )
  if (json) printJson({ backup: copy, folder })
  else printLines([`${folder} has what is in ${copy}`])
}
