import { isAbsolute } from "node:path"
import { type Administrators, type JsonObject, RPCError, type RpcContext, Timestamp } from "@metricq/client"
import { NamePattern } from "../configuration/name-pattern.js"
import {
  backupArguments,
  cancelArguments,
  deleteArguments,
  importArguments,
  jobArguments,
  jobsArguments,
  parseArguments,
  storageArguments,
  surveyArguments,
} from "./arguments.js"
import type { FunctionParts, Prepared } from "./function-parts.js"
import { rename, renameOutlooks } from "./rename.js"
import { storageOf } from "./storage.js"
import { surveyPage } from "./survey.js"

/** What the functions work with; undefined while the database is starting. */
export interface FunctionServices {
  readonly administrators: Administrators
  parts(): FunctionParts | undefined
}

/** Answers one RPC. What it throws goes back as the error. */
export type DatabaseFunction = (args: JsonObject, context: RpcContext) => Promise<JsonObject>

/** What a database answers, by name. */
export function databaseFunctions(services: FunctionServices): Record<string, DatabaseFunction> {
  const open =
    (work: (parts: FunctionParts, args: JsonObject) => Promise<JsonObject> | JsonObject): DatabaseFunction =>
    async (args) =>
      work(running(services), args)
  const job =
    (kind: string, prepare: (parts: FunctionParts, args: JsonObject) => Prepared): DatabaseFunction =>
    async (args, context) => {
      const user = services.administrators.check(context)
      const parts = running(services)
      const { wait, asked, work } = prepare(parts, args)
      const { job } = parts.jobs.add(kind, asked, user, work)
      return parts.jobs.wait(job, wait * 1000)
    }
  return {
    "database.status": open((parts) => parts.status()),
    "database.survey": open(({ store }, args) => surveyPage(store, parseArguments(surveyArguments, args))),
    "database.storage": open((parts, args) => storageOf(parts, parseArguments(storageArguments, args).metric)),
    "database.jobs": open(listJobs),
    "database.cancel": async (args, context) => {
      services.administrators.check(context)
      return running(services).jobs.cancel(parseArguments(cancelArguments, args).job)
    },
    "database.verify": job("verify", verify),
    "database.compact": job("compact", compact),
    "database.delete": job("delete", remove),
    "database.outlook": open(renameOutlooks),
    "database.rename": job("rename", rename),
    "database.backup": job("backup", backup),
    "database.import": job("import", importPoints),
  }
}

function running(services: FunctionServices): FunctionParts {
  const parts = services.parts()
  if (parts === undefined) throw new RPCError("the database is starting: try again")
  return parts
}

function listJobs({ jobs }: FunctionParts, args: JsonObject): JsonObject {
  const { job } = parseArguments(jobsArguments, args)
  return job === undefined ? { jobs: jobs.list() } : jobs.get(job)
}

function verify({ store }: FunctionParts, args: JsonObject): Prepared {
  const { wait } = parseArguments(jobArguments, args)
  return { wait, asked: {}, work: ({ signal, progress }) => store.verify(signal, progress) }
}

function compact({ store }: FunctionParts, args: JsonObject): Prepared {
  const { wait } = parseArguments(jobArguments, args)
  return { wait, asked: {}, work: ({ signal, progress }) => store.compact(signal, progress) }
}

function backup({ store }: FunctionParts, args: JsonObject): Prepared {
  const { wait, folder } = parseArguments(backupArguments, args)
  checkPath("folder", folder)
  return { wait, asked: { folder }, work: ({ signal, progress }) => store.backup(folder, signal, progress) }
}

function importPoints(parts: FunctionParts, args: JsonObject): Prepared {
  const { wait, kind, path, options } = parseArguments(importArguments, args)
  checkPath("path", path)
  const settings = options as JsonObject
  return { wait, asked: { kind, path, options: settings }, work: parts.import(kind, path, settings) }
}

function remove(parts: FunctionParts, args: JsonObject): Prepared {
  const { wait, metric, metrics, pattern, range } = parseArguments(deleteArguments, args)
  if ([metric, metrics, pattern].filter((given) => given !== undefined).length !== 1)
    throw new RPCError('expected "metric", "metrics" or "pattern", and only one of them')
  const which = metric === undefined ? (metrics === undefined ? { pattern: pattern! } : { metrics }) : { metric }
  const asked = { ...which, ...(range && { range: range as JsonObject }) }
  const within = rangeOf(range)
  const chosen = pattern === undefined ? undefined : new NamePattern(pattern)
  const listed = new Set(metrics ?? [metric])
  const names = parts.store.metrics().filter((name) => chosen?.matches(name) ?? listed.has(name))
  if (names.length === 0)
    throw new RPCError(`nothing is stored of ${metric ?? pattern ?? [...listed].slice(0, 3).join(", ")}`)
  return { wait, asked, work: ({ signal, progress }) => removeAll(parts, names, within, signal, progress) }
}

async function removeAll(
  { store, beforeDelete, afterDelete }: FunctionParts,
  names: string[],
  range: { beginNs: bigint; endNs: bigint } | undefined,
  signal: AbortSignal,
  progress: (told: JsonObject) => void,
): Promise<JsonObject> {
  if (range === undefined) await beforeDelete(names)
  for (const [index, name] of names.entries()) {
    signal.throwIfAborted()
    progress({ metrics: index, of: names.length })
    await store.delete(name, range)
  }
  if (range === undefined) await afterDelete(names)
  return { metrics: names.length }
}

const EARLIEST_NS = -(2n ** 63n)
const LATEST_NS = 2n ** 63n - 1n

function rangeOf(range: { begin?: string; end?: string } | undefined): { beginNs: bigint; endNs: bigint } | undefined {
  if (range?.begin === undefined && range?.end === undefined) return undefined
  const beginNs = range.begin === undefined ? EARLIEST_NS : Timestamp.fromIso(range.begin).posixNs
  const endNs = range.end === undefined ? LATEST_NS : Timestamp.fromIso(range.end).posixNs
  if (beginNs >= endNs) throw new RPCError(`the range begins at ${range.begin}, which is not before its end`)
  return { beginNs, endNs }
}

/** A path means something on this machine only. */
function checkPath(name: string, path: string): void {
  if (!isAbsolute(path)) {
    throw new RPCError(`${name}: expected an absolute path on the machine of the database, got ${JSON.stringify(path)}`)
  }
}
