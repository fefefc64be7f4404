import type { Client } from "@metricq/client"
import { bundleText, type JsonObject, markSecrets } from "@metricq/protocol"
import { selectionOf } from "../bundle/selection.js"
import { writeFolder } from "../bundle/write-folder.js"
import { findConfig } from "../config/find-config.js"
import { CommandError, UsageError } from "../errors.js"
import { withOutput } from "../export/output.js"
import { mapBounded } from "../network/bounded.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { note, printLines } from "../terminal/output.js"

/** Configurations asked for at a time. */
const AT_ONCE = 8

/** Options of `metricq config export`. */
export interface ExportOptions extends ConnectionOptions {
  readonly output?: string
  readonly select?: string[]
  readonly withSecrets?: boolean
}

/** Write configurations to a folder or a file. */
export async function exportConfigs(folder: string | undefined, options: ExportOptions): Promise<void> {
  const { output, select, withSecrets = false } = options
  if ((folder === undefined) === (output === undefined))
    throw new UsageError("config export needs a folder, or -o with a file")
  const stored = await withClient(options, (client) => readStored(client, selectionOf(select)), { administrator: true })
  if (stored.size === 0) throw new CommandError("no-configuration", "there are no such configurations")
  const marked = new Map([...stored].map(([token, config]) => [token, withSecrets ? config : markSecrets(config)]))
  // From the first byte on nobody else can read them.
  if (withSecrets) process.umask(0o077)
  const left = [...stored].filter(([token, config]) => JSON.stringify(config) !== JSON.stringify(marked.get(token)))
  if (folder === undefined) await withOutput(output, (file) => file.write(bundleText(marked)))
  else {
    const isWhole = select === undefined
    const { written, same, removed } = await writeFolder(folder, marked, { isWhole })
    printLines([
      `${folder}: ${written} written, ${same} unchanged, ${removed.length} removed`,
      ...removed.map((name) => `removed ${name}: it has no configuration any more`),
    ])
  }
  if (left.length > 0) note(`secrets of ${namesOf(left)} are left out; an import keeps those that are stored`)
}

async function readStored(client: Client, isSelected: (token: string) => boolean): Promise<Map<string, JsonObject>> {
  const { configs } = await client.rpc("config.list", {})
  const tokens = configs.map(({ token }) => token).filter(isSelected)
  const found = await mapBounded(tokens, AT_ONCE, (token) => findConfig(client, token))
  return new Map(found.flatMap((stored) => (stored === undefined ? [] : [[stored.token, stored.config]])))
}

function namesOf(entries: readonly (readonly [string, JsonObject])[]): string {
  return entries.length > 3 ? `${entries.length} configurations` : entries.map(([token]) => token).join(", ")
}
