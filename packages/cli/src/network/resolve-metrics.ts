import type { Client, HistoryClient } from "@metricq/client"
import { isPlainName } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { findMetrics, type MetricList } from "./metric-list.js"
import { similarNames } from "./similar-names.js"

/**
 * The metrics that `patterns` stand for and that databases store, with their metadata, in the order of names.
 *
 * @throws {CommandError} `unknown-metric` for a name that none stores, with names like it; for patterns that match none
 */
export async function findStored(client: HistoryClient, patterns: readonly string[]): Promise<MetricList> {
  const found = await findMetrics(client, patterns)
  const missing = missingName(found, patterns)
  if (missing !== undefined) {
    const known = await client.getMetrics({ selector: [missing], historic: undefined, metadata: false })
    if (missing in known) {
      const text = `no database stores ${missing}; metricq watch ${missing} shows it live`
      throw new CommandError("unknown-metric", text)
    }
    throw await unknown(client, missing, "is stored")
  }
  return notEmpty(found, patterns, "stored metric")
}

/**
 * The metrics that `patterns` stand for and that the manager knows, as {@link findStored}.
 *
 * @throws {CommandError} `unknown-metric`
 */
export async function findKnown(client: Client, patterns: readonly string[]): Promise<MetricList> {
  const found = await findMetrics(client, patterns)
  const missing = missingName(found, patterns)
  if (missing !== undefined) throw await unknown(client, missing, "is known")
  return notEmpty(found, patterns, "known metric")
}

const REMEDY = "metricq metrics lists all that are known"

function missingName(found: MetricList, patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) => isPlainName(pattern) && !found.has(pattern))
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
