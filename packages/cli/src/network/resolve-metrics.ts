import { type Client, type HistoryClient, HistoryError } from "@metricq/client"
import { isPlainName } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { findMetrics, type MetricList } from "./metric-list.js"
import { similarNames } from "./similar-names.js"

/**
 * The metrics that `patterns` stand for and that databases store, with their metadata, in the order of names.
 *
 * A name that the manager does not know is asked for all the same: points can have been imported.
 *
 * @throws {CommandError} `unknown-metric` for a name that none stores, with names like it; for patterns that match none
 */
export async function findStored(client: HistoryClient, patterns: readonly string[]): Promise<MetricList> {
  const found = new Map(await findMetrics(client, patterns))
  for (const name of missingNames(found, patterns)) {
    if (!(await isStored(client, name))) throw await notStored(client, name)
    found.set(name, {})
  }
  return notEmpty(new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))), patterns, "stored metric")
}

async function isStored(client: HistoryClient, name: string): Promise<boolean> {
  try {
    await client.historyLastValue(name)
    return true
  } catch (error) {
    if (error instanceof HistoryError && error.code === "not-stored") return false
    throw error
  }
}

async function notStored(client: HistoryClient, name: string): Promise<CommandError> {
  const known = await client.getMetrics({ selector: [name], historic: undefined, metadata: false })
  if (!(name in known)) return unknown(client, name, "is stored")
  return new CommandError("unknown-metric", `no database stores ${name}; metricq watch ${name} shows it live`)
}

/**
 * The metrics that `patterns` stand for and that the manager knows, as {@link findStored}.
 *
 * @throws {CommandError} `unknown-metric`
 */
export async function findKnown(client: Client, patterns: readonly string[]): Promise<MetricList> {
  const found = await findMetrics(client, patterns)
  const [missing] = missingNames(found, patterns)
  if (missing !== undefined) throw await unknown(client, missing, "is known")
  return notEmpty(found, patterns, "known metric")
}

const REMEDY = "metricq metrics lists all that are known"

function missingNames(found: MetricList, patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => isPlainName(pattern) && !found.has(pattern))
}

async function unknown(client: Client, name: string, what: string): Promise<CommandError> {
  const similar = similarNames(name, Object.keys(await client.getMetrics({ metadata: false })))
  const remedy = similar.length === 0 ? REMEDY : `did you mean ${similar.join(", ")}?`
  return new CommandError("unknown-metric", `no metric ${name} ${what}; ${remedy}`)
}

function notEmpty(found: MetricList, patterns: readonly string[], what: string): MetricList {
  if (found.size > 0) return found
  throw new CommandError("unknown-metric", `no ${what} matches ${patterns.join(" ")}; ${REMEDY}`)
}
