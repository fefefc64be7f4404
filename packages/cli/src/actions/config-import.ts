import { basename, resolve } from "node:path"
import type { Client } from "@metricq/client"
import { carryOut, type ImportResult } from "../bundle/carry-out.js"
import { type ImportPlan, planImport } from "../bundle/import-plan.js"
import { planLines } from "../bundle/plan-lines.js"
import { readBundleAt } from "../bundle/read-bundle.js"
import { selectionOf } from "../bundle/selection.js"
import { applyConfig } from "../config/apply-config.js"
import { CommandError, ExitWith, oneLine } from "../errors.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { chooseLetter } from "../terminal/choice.js"
import { colorsFor } from "../terminal/colors.js"
import { note, printLines } from "../terminal/output.js"
import { printable } from "../terminal/text.js"

/** Options of `metricq config import`. */
export interface ImportOptions extends ConnectionOptions {
  readonly dryRun?: boolean
  readonly apply?: boolean
  readonly delete?: boolean
  readonly yes?: boolean
  readonly note?: string
  readonly select?: string[]
  readonly check: boolean
}

/** Store what differs between a bundle and what is stored. */
export async function importConfigs(path: string, options: ImportOptions): Promise<void> {
  const isSelected = selectionOf(options.select)
  const entries = (await readBundleAt(path)).filter(({ token }) => isSelected(token))
  const administer = <T>(work: (client: Client, signal: AbortSignal) => Promise<T>, endsBySignal = false) =>
    withClient(options, work, { administrator: true, endsBySignal })
  const plan = await administer((client) => planImport(client, entries, { check: options.check, isSelected }))
  printLines(planLines(plan, options.delete === true, colorsFor(process.stdout)))
  refuseWrong(plan)
  const count = countOf(plan, options)
  if (count === "") return printLines(["nothing to do"])
  if (options.dryRun) return printLines(["", `would ${count}; nothing was changed`])
  await confirm(count, options)
  const isWhole = await administer((client, signal) => writeAll(client, plan, { path, options, signal }), true)
  if (!isWhole) throw new ExitWith(1)
}

/** Nothing is begun while something is wrong: half an import is no bundle. */
function refuseWrong({ items }: ImportPlan): void {
  const wrong = items.filter(({ errors }) => errors.length > 0)
  if (wrong.length === 0) return
  const remedy = "nothing was changed; --select leaves out, --no-check stores what is only wrong for its kind of agent"
  throw new CommandError("config-wrong", `${numbered(wrong.length)} cannot be stored: ${remedy}`)
}

async function confirm(count: string, { yes }: ImportOptions): Promise<void> {
  if (yes) return
  const answer = await chooseLetter(`${count.charAt(0).toUpperCase()}${count.slice(1)}?`, "yn")
  if (answer === "y") return
  const how = answer === undefined ? ": nobody can be asked here; --yes writes, --dry-run only shows" : ""
  throw new CommandError("not-confirmed", `nothing was changed${how}`)
}

interface Writing {
  readonly path: string
  readonly options: ImportOptions
  readonly signal: AbortSignal
}

/** Whether all of it was written, and taken where it was applied. */
async function writeAll(client: Client, plan: ImportPlan, { path, options, signal }: Writing): Promise<boolean> {
  const text = options.note ?? `imported from ${basename(resolve(path))}`
  const isDeleted = options.delete === true
  const results = await carryOut(client, {
    plan,
    note: text,
    isDeleted,
    signal,
    tell: (result) => printLines([lineOf(result)]),
  })
  const written = results.filter(({ done }) => done === "written")
  const isDone = summarize(results)
  return options.apply ? (await applyAll(client, written, signal)) && isDone : isDone
}

function lineOf({ token, done, text }: ImportResult): string {
  return printable(`${done.padEnd(8)}  ${token}  ${text}`)
}

function summarize(results: readonly ImportResult[]): boolean {
  const left = results.filter(({ done }) => done !== "written" && done !== "deleted")
  if (left.length === 0) return true
  const done = results.length - left.length
  const what = left.map(({ token, done }) => (done === "unknown" ? `${token} (perhaps)` : token)).join(", ")
  note(`the import is not complete: ${done} done, not done: ${what}; the same command goes on with what is missing`)
  return false
}

async function applyAll(client: Client, written: readonly ImportResult[], signal: AbortSignal): Promise<boolean> {
  let isTaken = true
  for (const { token } of written) {
    try {
      signal.throwIfAborted()
      printLines([await applyConfig(client, token)])
    } catch (error) {
      isTaken = false
      note(signal.aborted ? `not applied: ${token}` : oneLine(error))
    }
  }
  return isTaken
}

function countOf({ items, absent }: ImportPlan, options: ImportOptions): string {
  const written = items.filter(({ state }) => state !== "same").length
  const parts = written > 0 ? [`write ${numbered(written)}`] : []
  if (options.delete && absent.length > 0) parts.push(`delete ${numbered(absent.length)}`)
  return parts.join(" and ")
}

const numbered = (count: number) => `${count} configuration${count === 1 ? "" : "s"}`
