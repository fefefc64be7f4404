import type { JsonObject, JsonValue } from "@metricq/client"
import { WebError } from "../../server/web-error.js"
import type { Finding } from "../ledger.js"
import { type Fix, type FixParts, metricsText, notFixed } from "./fix.js"

/** More are better told by a pattern. */
const MOST_METRICS = 1000

/** Adds metrics to the configuration of a database, and applies it. */
export const store: Fix = {
  needs: "operator",
  plan: (finding, parts) => {
    const metrics = metricsOf(finding, parts)
    const databases = databasesOf(parts)
    const does = `adds ${metricsText(metrics)} to the configuration of a database, and applies it; points are stored from then on`
    return { does, values: { count: metrics.length }, metrics, asks: { database: databases } }
  },
  run: async (finding, parts, input) => {
    const { rpc, by } = parts
    const metrics = metricsOf(finding, parts)
    const token = chosen(databasesOf(parts), input.database)
    const { config, revision } = await storedConfig(token, parts)
    const note = `${metricsText(metrics)} of ${finding.source || "unknown clients"} added`
    await rpc.rpc("config.set", { token, config: withMetrics(config, metrics), revision, note, by }, { timeout: 15 })
    const applied = await rpc.rpc("config.apply", { token, timeout: 10, by }, { timeout: 15 })
    if (!applied.answered)
      throw notFixed(`it is in the configuration, but ${token} has not answered: ${applied.reason}`)
    if ("refused" in applied)
      throw notFixed(`it is in the configuration, but ${token} has refused it: ${applied.refused}`)
    return `${token} stores ${metricsText(metrics)} more`
  },
}

/** A configuration of a database with these metrics in it, in the form that it has. */
export function withMetrics(config: JsonObject, names: readonly string[]): JsonObject {
  const { metrics = {} } = config
  if (Array.isArray(metrics)) return { ...config, metrics: [...metrics, ...names.map((name): JsonValue => ({ name }))] }
  const added = Object.fromEntries(names.map((name) => [name, {}]))
  return { ...config, metrics: { ...added, ...(metrics as JsonObject) } }
}

/** @throws {WebError} `not-fixed` */
function metricsOf(finding: Finding, parts: FixParts): string[] {
  const metrics = parts.metricsOf(finding)
  if (metrics.length <= MOST_METRICS) return metrics
  throw notFixed(
    `${metrics.length} metrics are too many to name one by one`,
    "write a pattern into the database's configuration",
  )
}

/** @throws {WebError} `not-fixed` */
function databasesOf(parts: FixParts): readonly string[] {
  const databases = parts.databases()
  if (databases.length > 0) return databases
  throw notFixed("no database of this project answers now", "start one")
}

/** @throws {WebError} `fix-input` */
function chosen(databases: readonly string[], database: string | undefined): string {
  const token = database ?? (databases.length === 1 ? databases[0] : undefined)
  if (token !== undefined && databases.includes(token)) return token
  throw new WebError("fix-input", "which database is to store it?", { remedy: `name it: ${databases.join(", ")}` })
}

async function storedConfig(
  token: string,
  { rpc }: FixParts,
): Promise<{ config: JsonObject; revision: string | null }> {
  const { configs } = await rpc.rpc("config.list", {}, { timeout: 10, repeatable: true })
  if (!configs.some((each) => each.token === token)) return { config: {}, revision: null }
  const { config, revision } = await rpc.rpc("config.get", { token }, { timeout: 10, repeatable: true })
  return { config: config as JsonObject, revision: String(revision) }
}
