import { type AgentKind, ConfigError, checkConfig, configJsonSchema, findKind, kindNames } from "@metricq/agents"
import type { JsonObject, Metadata } from "@metricq/protocol"
import type { KindCatalogue, KindCheck, KindDetails } from "@metricq/web"
import { isDatabase, kindOf } from "../config/check-for-token.js"

const DATABASE = { name: "db", summary: "a database: which metrics are stored, and for how long" }

/** The kinds of agents, and databases, for the page. Each is loaded when it is asked for. */
export function kindCatalogue(): KindCatalogue {
  return {
    async list() {
      const kinds = await Promise.all(kindNames().map(findKind))
      return [...kinds.map(({ name, summary }) => ({ name, summary })), DATABASE]
    },
    async find(name) {
      if (name === DATABASE.name) return databaseDetails()
      return kindNames().includes(name) ? detailsOf(await findKind(name)) : undefined
    },
    kindOf: (token, config) => kindOf(token, config) ?? (isDatabase(token, config) ? DATABASE.name : undefined),
    check: checked,
    declared: declaredBy,
  }
}

async function detailsOf(kind: AgentKind): Promise<KindDetails> {
  const { name, summary } = kind
  const command = `metricq agent ${name}`
  return { name, summary, schema: await configJsonSchema(kind), sample: kind.sample(), command }
}

async function databaseDetails(): Promise<KindDetails> {
  const { databaseSample, databaseSchema } = await import("@metricq/database")
  const schema = await configJsonSchema({ schema: databaseSchema })
  return { ...DATABASE, schema, sample: databaseSample(), command: "metricq database" }
}

/** A database declares nothing; of agents only the kinds that need no machine for it can tell. */
async function declaredBy(token: string, config: JsonObject): Promise<Readonly<Record<string, Metadata>> | undefined> {
  const name = kindOf(token, config)
  if (name === undefined) return isDatabase(token, config) ? {} : undefined
  const kind = await findKind(name)
  return kind.declared?.(checkConfig(kind, config).config)
}

async function checked(token: string, config: JsonObject): Promise<KindCheck> {
  try {
    return { errors: [], warnings: await warningsOf(token, config) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { errors: error.problems, warnings: [] }
  }
}

async function warningsOf(token: string, config: JsonObject): Promise<readonly string[]> {
  const kind = kindOf(token, config)
  if (kind !== undefined) return checkConfig(await findKind(kind), config).warnings
  return isDatabase(token, config) ? (await import("@metricq/database")).checkDatabaseConfig(token, config) : []
}
