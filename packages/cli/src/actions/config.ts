import type { Client } from "@metricq/client"
import { applyConfig } from "../config/apply-config.js"
import { checkForToken } from "../config/check-for-token.js"
import { sidesOfDiff } from "../config/diff-sides.js"
import { storeConfig } from "../config/store-config.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { durationOf } from "../options/times.js"
import { colorsFor } from "../terminal/colors.js"
import { note, printJson, printLines, printTable } from "../terminal/output.js"
import { readJsonObject } from "../text/json-text.js"
import { unifiedDiff } from "../text/unified.js"

/** Options of `metricq config list`. */
export interface ListOptions extends ConnectionOptions {
  readonly json?: boolean
}

/** Print all configurations, without their documents. */
export async function listConfigs(options: ListOptions): Promise<void> {
  const { configs } = await administer(options, (client) => client.rpc("config.list", {}))
  if (options.json) return printJson(configs)
  printTable(
    [{ title: "token" }, { title: "time" }, { title: "author" }, { title: "revision" }, { title: "note" }],
    configs.map(({ token, time, author, revision, note }) => [token, time, author, revision, note ?? ""]),
  )
}

/** Options of `metricq config get`. */
export interface GetOptions extends ConnectionOptions {
  readonly at?: number
  readonly json?: boolean
}

/** Print a configuration. */
export async function getConfig(token: string, options: GetOptions): Promise<void> {
  const found = await administer(options, (client) => client.rpc("config.get", { token, version: options.at }))
  printJson(options.json ? found : found.config)
}

/** Options of `metricq config set`. */
export interface SetOptions extends ConnectionOptions {
  readonly note?: string
  readonly revision?: string
  readonly new?: boolean
  readonly check: boolean
  readonly apply?: boolean
}

/** Store the configuration in a file. */
export async function setConfig(token: string, file: string, options: SetOptions): Promise<void> {
  const config = await readJsonObject(file)
  if (options.check) await checkForToken(token, config, note)
  const revision = options.new ? null : options.revision
  await administer(options, async (client) => {
    const stored = await storeConfig(client, { token, config, revision, note: options.note })
    printLines([`${token} is at revision ${stored.revision}`])
    if (options.apply) printLines([await applyConfig(client, token)])
  })
}

/** Options of `metricq config diff`. */
export interface DiffOptions extends ConnectionOptions {
  readonly from?: number
  readonly to?: number
}

/** Print how a configuration differs from a file, or two versions of it from each other. */
export async function diffConfigs(token: string, file: string | undefined, options: DiffOptions): Promise<void> {
  const { before, after } = await administer(options, (client) => sidesOfDiff(client, token, file, options))
  const names = { before: before.name, after: after.name }
  printLines(unifiedDiff(before.text, after.text, names, colorsFor(process.stdout)))
}

/** Options of `metricq config versions`. */
export interface VersionsOptions extends ConnectionOptions {
  readonly limit: number
  readonly before?: number
  readonly json?: boolean
}

/** Print the versions of a configuration, without their documents. */
export async function listVersions(token: string, options: VersionsOptions): Promise<void> {
  const { limit, before } = options
  const { versions } = await administer(options, (client) => client.rpc("config.versions", { token, limit, before }))
  if (options.json) return printJson(versions)
  printTable(
    [{ title: "version", align: "right" }, { title: "time" }, { title: "author" }, { title: "note" }],
    versions.map(({ version, time, author, note, deleted }) => [
      String(version),
      time,
      author,
      [deleted ? "deleted" : "", note ?? ""].filter(Boolean).join(": "),
    ]),
  )
}

/** Options of `metricq config restore`. */
export interface RestoreOptions extends ConnectionOptions {
  readonly note?: string
  readonly apply?: boolean
}

/** Make an earlier version the current one. */
export async function restoreConfig(token: string, version: number, options: RestoreOptions): Promise<void> {
  await administer(options, async (client) => {
    const { revision } = await client.rpc("config.restore", { token, version, note: options.note })
    printLines([`${token} is at revision ${revision}, which has version ${version} again`])
    if (options.apply) printLines([await applyConfig(client, token)])
  })
}

/** Options of `metricq config apply`. */
export interface ApplyOptions extends ConnectionOptions {
  readonly timeout: string
}

/** Send the stored configuration to its client and print what it says. */
export async function applyStored(token: string, options: ApplyOptions): Promise<void> {
  const timeout = durationOf("--timeout", options.timeout)
  printLines([await administer(options, (client) => applyConfig(client, token, timeout.s))])
}

/** Options of `metricq config delete`. */
export interface DeleteOptions extends ConnectionOptions {
  readonly revision?: string
}

/** Delete a configuration. */
export async function deleteConfig(token: string, options: DeleteOptions): Promise<void> {
  await administer(options, (client) => client.rpc("config.delete", { token, revision: options.revision }))
  printLines([`configuration of ${token} deleted`])
}

function administer<T>(options: ConnectionOptions, work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(options, work, { administrator: true })
}
