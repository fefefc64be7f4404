import type { HistoryClient } from "@metricq/client"
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
  for (const name of patterns.filter(isPlainName)) {
    if (!found.has(name)) throw new CommandError("unknown-metric", await explain(client, name))
  }
  if (found.size === 0) {
    const remedy = "metricq metrics lists all that are known"
    throw new CommandError("unknown-metric", `no stored metric matches ${patterns.join(" ")}; ${remedy}`)
  }
  return found
}

async function explain(client: HistoryClient, name: string): Promise<string> {
  const known = await client.getMetrics({ selector: [name], historic: undefined, metadata: false })
  if (name in known) return `no database stores ${name}; metricq watch ${name} shows it live`
  const similar = similarNames(name, Object.keys(await client.getMetrics({ metadata: false })))
  if (similar.length === 0) return `no metric ${name} is stored; metricq metrics lists all that are known`
  return `no metric ${name} is stored; did you mean ${similar.join(", ")}?`
}
