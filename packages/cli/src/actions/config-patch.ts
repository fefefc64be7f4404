import type { Client } from "@metricq/client"
import {
  hasLabels,
  type JsonChange,
  type JsonObject,
  jsonChanges,
  mergePatch,
  patternToRegExp,
} from "@metricq/protocol"
import { applyInSilence } from "../config/apply-config.js"
import { checkForToken } from "../config/check-for-token.js"
import { findConfig } from "../config/find-config.js"
import { storeConfig } from "../config/store-config.js"
import { CommandError, ExitWith, exitCodes, oneLine, UsageError } from "../errors.js"
import { mapBounded } from "../network/bounded.js"
import { labelsByToken } from "../network/client-tokens.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { type Colors, colorsFor } from "../terminal/colors.js"
import { note, printLines } from "../terminal/output.js"
import { printable } from "../terminal/text.js"
import { parseJsonObject, readJsonObject } from "../text/json-text.js"

/** Options of `metricq config patch`. */
export interface PatchOptions extends ConnectionOptions {
  readonly select?: string
  readonly label: readonly string[]
  readonly dryRun?: boolean
  readonly note?: string
  readonly check: boolean
  readonly apply?: boolean
}

/** What a patch makes of the configuration of one client. */
interface Planned {
  readonly token: string
  readonly revision: string
  readonly config: JsonObject
  readonly changes: readonly JsonChange[]
}

/** Configurations read at once, and clients asked at once. */
const AT_ONCE = 8
/** Of a value so many characters are shown. */
const SHOWN = 200

/** Change the configurations of many clients by a merge patch. */
export async function patchConfigs(patchText: string, options: PatchOptions): Promise<void> {
  const { select, label } = options
  if (select === undefined && label.length === 0) throw new UsageError("say which clients: --select or --label")
  const patch = /^\s*\{/.test(patchText) ? parseJsonObject(patchText, "the patch") : await readJsonObject(patchText)
  await withClient(
    options,
    async (client) => {
      const planned = await plan(client, patch, await selected(client, options))
      const changing = planned.filter(({ changes }) => changes.length > 0)
      show(planned)
      if (options.check) await checkAll(changing)
      if (options.dryRun) return
      const outcomes = await mapBounded(changing, AT_ONCE, (each) => carryOut(client, each, options))
      if (outcomes.includes(false)) throw new ExitWith(exitCodes.error)
    },
    { administrator: true },
  )
}

/** @throws {CommandError} `unknown-client` if none is meant */
async function selected(client: Client, { select, label }: PatchOptions): Promise<string[]> {
  const { configs } = await client.rpc("config.list", {}, { repeatable: true })
  const labels = label.length > 0 ? await labelsByToken(client) : undefined
  const expression = patternToRegExp(select ?? "**")
  const tokens = configs
    .map(({ token }) => token)
    .filter((token) => expression.test(token) && (!labels || hasLabels(labels.get(token), label)))
  if (tokens.length > 0) return tokens
  const what = [...(select === undefined ? [] : [select]), ...label].join(" ")
  throw new CommandError("unknown-client", `no client with a configuration matches ${what}`)
}

async function plan(client: Client, patch: JsonObject, tokens: readonly string[]): Promise<Planned[]> {
  const planned = await mapBounded(tokens, AT_ONCE, async (token): Promise<Planned[]> => {
    const stored = await findConfig(client, token)
    if (!stored) return [] // deleted meanwhile
    const config = mergePatch(stored.config, patch)
    return [{ token, revision: stored.revision, config, changes: jsonChanges(stored.config, config) }]
  })
  return planned.flat()
}

function show(planned: readonly Planned[]): void {
  const colors = colorsFor(process.stdout)
  for (const { token, changes } of planned) {
    const lines = changes.length > 0 ? changes.map((change) => `  ${changeText(change, colors)}`) : ["  stays as it is"]
    printLines([colors.bold(printable(token)), ...lines])
  }
}

function changeText({ path, before, after }: JsonChange, colors: Colors): string {
  const text = (value: typeof before) => {
    const json = JSON.stringify(value)
    return printable(json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json)
  }
  const older = before === undefined ? "" : `${colors.red(text(before))} → `
  return `${printable(path)}: ${older}${after === undefined ? "gone" : colors.green(text(after))}`
}

/** @throws {CommandError} `config-wrong` if one would be wrong, after all of them are named */
async function checkAll(planned: readonly Planned[]): Promise<void> {
  let wrong = 0
  for (const { token, config } of planned) {
    try {
      await checkForToken(token, config, (text) => note(`${token}: ${text}`))
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      note(`${token}: ${error.message.replace(/; --no-check .*$/, "")}`)
      wrong += 1
    }
  }
  if (wrong === 0) return
  const text = `nothing was stored: ${wrong} of ${planned.length} configurations would be wrong`
  throw new CommandError("config-wrong", `${text}; --no-check stores them all the same`)
}

/** Whether it is stored, and taken if it is to be applied; one that fails keeps none of the others. */
async function carryOut(
  client: Client,
  { token, config, revision }: Planned,
  { note: why, apply }: PatchOptions,
): Promise<boolean> {
  try {
    const stored = await storeConfig(client, { token, config, revision, note: why })
    printLines([`${token} is at revision ${stored.revision}`])
    if (apply) printLines([await applyInSilence(client, token)])
    return true
  } catch (error) {
    note(oneLine(error))
    return false
  }
}
