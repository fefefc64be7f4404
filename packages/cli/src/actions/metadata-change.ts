import { userInfo } from "node:os"
import type { Client } from "@metricq/client"
import {
  type JsonObject,
  type LifecycleAction,
  lifecycleChange,
  type Metadata,
  patternToRegExp,
} from "@metricq/protocol"
import { CommandError, UsageError } from "../errors.js"
import { changeOf } from "../metadata/assignments.js"
import { findKnown } from "../network/resolve-metrics.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { chooseLetter } from "../terminal/choice.js"
import { printJson, printLines } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { printable } from "../terminal/text.js"
import { readLayers } from "./metadata.js"

/** Options of the commands that change metrics. */
export interface ChangeOptions extends ConnectionOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** Options of `metricq metadata set`. */
export interface SetOptions extends ChangeOptions {
  readonly unset: readonly string[]
}

/** Options of `metricq metadata delete`. */
export interface DeleteOptions extends ChangeOptions {
  readonly yes?: boolean
}

/** Metrics changed with one request. */
const PART = 2000
/** Names that are printed; of more metrics the others are counted. */
const SHOWN = 20

/** Set keys of metrics, or take them away. */
export async function setMetadata(pattern: string, values: readonly string[], options: SetOptions): Promise<void> {
  const change = changeOf(values, options.unset)
  await administer(options, async (client) => {
    const layers = await readLayers(client, await namesOf(client, [pattern]))
    const wanted = layers.filter(({ layers: { overlay } }) => isChange(change, overlay))
    await store(client, new Map(wanted.map(({ name }) => [name, change])), "set", options)
  })
}

/** Hide or archive metrics, or take that back. */
export async function changeLifecycle(
  action: LifecycleAction,
  patterns: readonly string[],
  options: ChangeOptions,
): Promise<void> {
  await administer(options, async (client) => {
    const now = new Date()
    const changes = new Map<string, JsonObject>()
    for (const { name, layers } of await readLayers(client, await namesOf(client, patterns))) {
      const change = lifecycleChange(action, layers, now)
      if (change) changes.set(name, change)
    }
    await store(client, changes, PAST[action], options)
  })
}

/** What was done, in the past. */
const PAST: Readonly<Record<LifecycleAction, string>> = {
  hide: "hidden",
  unhide: "shown again",
  archive: "archived",
  unarchive: "not archived any more",
}

function isChange(change: JsonObject, overlay: JsonObject): boolean {
  return Object.entries(change).some(([key, value]) =>
    value === null ? Object.hasOwn(overlay, key) : JSON.stringify(overlay[key]) !== JSON.stringify(value),
  )
}

async function store(
  client: Client,
  changes: ReadonlyMap<string, JsonObject>,
  done: string,
  options: ChangeOptions,
): Promise<void> {
  const names = [...changes.keys()]
  if (options.dryRun) return tell(names, `would be ${done}`, options)
  await inParts(names, done, async (part) => {
    const metadata = Object.fromEntries(part.map((name) => [name, changes.get(name)!]))
    await client.rpc("metadata.set", { metadata, by: user() })
  })
  tell(names, done, options)
}

/** Delete the metadata of metrics, after asking. */
export async function deleteMetadata(patterns: readonly string[], options: DeleteOptions): Promise<void> {
  await administer(options, async (client) => {
    const names = await namesOf(client, patterns)
    if (options.dryRun) return tell(names, "would be deleted", options)
    if (!options.yes) await confirm(names)
    await inParts(names, "deleted", async (metrics) => {
      await client.rpc("metadata.delete", { metrics, by: user() })
    })
    tell(names, "deleted", options)
  })
}

async function confirm(names: readonly string[]): Promise<void> {
  const what = names.length === 1 ? printable(names[0]!) : `${names.length} metrics, such as ${printable(names[0]!)}`
  const answer = await chooseLetter(`Delete what is known of ${what}? It can be restored for 30 days.`, "yn")
  if (answer === "y") return
  if (answer === undefined) throw new UsageError("nobody to ask whether to delete: say --yes")
  throw new CommandError("not-confirmed", "nothing was deleted")
}

/** Bring deleted metrics back. */
export async function restoreMetadata(patterns: readonly string[], options: ChangeOptions): Promise<void> {
  await administer(options, async (client) => {
    const names = await deletedNames(client, patterns)
    if (names.length === 0) throw new CommandError("unknown-metric", `no deleted metric matches ${patterns.join(" ")}`)
    if (options.dryRun) return tell(names, "would be restored", options)
    await inParts(names, "restored", async (metrics) => {
      await client.rpc("metadata.restore", { metrics, by: user() })
    })
    tell(names, "restored", options)
  })
}

async function deletedNames(client: Client, patterns: readonly string[]): Promise<string[]> {
  const expressions = patterns.map((pattern) => patternToRegExp(pattern))
  const names: string[] = []
  for (let after: string | undefined; ; ) {
    const page = { limit: 10_000, ...(after !== undefined && { after }) }
    const { metrics, next } = await client.rpc("metadata.deleted", page, { repeatable: true })
    for (const name of Object.keys(metrics)) if (expressions.some((each) => each.test(name))) names.push(name)
    if (next === undefined) return names
    after = next
  }
}

async function namesOf(client: Client, patterns: readonly string[]): Promise<string[]> {
  const found: ReadonlyMap<string, Metadata> = await withProgress(
    () => "looking for metrics",
    findKnown(client, patterns),
  )
  return [...found.keys()]
}

async function inParts(names: readonly string[], what: string, work: (part: string[]) => Promise<void>): Promise<void> {
  let done = 0
  const all = async () => {
    for (let at = 0; at < names.length; at += PART) {
      await work(names.slice(at, at + PART))
      done = Math.min(at + PART, names.length)
    }
  }
  await withProgress(() => `${done} of ${names.length} metrics ${what}`, all())
}

function tell(names: readonly string[], what: string, { json }: ChangeOptions): void {
  if (json) {
    printJson(names)
    return
  }
  const more = names.length > SHOWN ? [`  and ${names.length - SHOWN} more`] : []
  const count = names.length === 1 ? "1 metric" : `${names.length === 0 ? "no" : names.length} metrics`
  printLines([`${count} ${what}`, ...names.slice(0, SHOWN).map((name) => `  ${printable(name)}`), ...more])
}

/** For whom the manager's history notes it. */
function user(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? "somebody" // not in the system's list of users, as in some containers
  }
}

function administer(options: ConnectionOptions, work: (client: Client) => Promise<void>): Promise<void> {
  return withClient(options, work, { administrator: true })
}
