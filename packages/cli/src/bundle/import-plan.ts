import type { Client } from "@metricq/client"
import { ConfigError } from "@metricq/client"
import { importStep, type JsonObject, type StoredConfig, secretProblemText } from "@metricq/protocol"
import { checkForToken } from "../config/check-for-token.js"
import { findConfig } from "../config/find-config.js"
import { CommandError, oneLine } from "../errors.js"
import { mapBounded } from "../network/bounded.js"
import type { BundleEntry } from "./read-bundle.js"

/** Configurations asked for at a time. */
const AT_ONCE = 8

/** What an import would do with a configuration of the bundle. */
export interface ImportItem {
  readonly token: string
  readonly file: string
  readonly state: "new" | "changed" | "same"
  readonly stored: StoredConfig | undefined
  /** What would be stored. */
  readonly config: JsonObject
  /** What speaks against it, each with file and line. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/** What an import would do. */
export interface ImportPlan {
  readonly items: readonly ImportItem[]
  /** Stored configurations that the bundle does not have. */
  readonly absent: readonly { readonly token: string; readonly revision: string }[]
}

/** Compare a bundle with what is stored. Without `check` only marks that stand for no secret are errors. */
export async function planImport(
  client: Client,
  entries: readonly BundleEntry[],
  { check, isSelected }: { check: boolean; isSelected: (token: string) => boolean },
): Promise<ImportPlan> {
  const { configs } = await client.rpc("config.list", {})
  const inBundle = new Set(entries.map(({ token }) => token))
  const absent = configs.filter(({ token }) => isSelected(token) && !inBundle.has(token))
  const items = await mapBounded(entries, AT_ONCE, async (entry) =>
    itemOf(entry, await findConfig(client, entry.token), check),
  )
  return { items, absent }
}

async function itemOf(entry: BundleEntry, stored: StoredConfig | undefined, check: boolean): Promise<ImportItem> {
  const { token, file } = entry
  const { state, config, problems } = importStep(entry.config, stored?.config)
  const place = (problem: string) => {
    const line = entry.lineOf(problem)
    return `${file}${line === undefined ? "" : `, line ${line}`}: ${problem}`
  }
  const errors = problems.map((problem) => place(secretProblemText(problem)))
  const warnings: string[] = []
  if (check && state !== "same" && errors.length === 0) {
    const found = await faultsOf(token, config, (warning) => warnings.push(place(warning)))
    errors.push(...found.map(place))
  }
  return { token, file, state, stored, config, errors, warnings }
}

async function faultsOf(token: string, config: JsonObject, warn: (text: string) => void): Promise<readonly string[]> {
  try {
    await checkForToken(token, config, warn)
    return []
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return error.cause instanceof ConfigError ? error.cause.problems : [oneLine(error)]
  }
}
