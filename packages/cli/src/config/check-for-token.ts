import { ConfigError, checkConfig, findKind, kindNames } from "@metricq/agents"
import type { JsonObject, JsonValue } from "@metricq/protocol"
import { CommandError } from "../errors.js"

/**
 * Check a configuration against the schema of its kind of agent, or of databases (`db`), as far as that is known: by its `x-metricq.kind`,
 * else by the beginning of the token. Of what is no kind of ours nothing is said. Warnings go to `warn`, a line each.
 *
 * @throws {CommandError} `config-wrong` naming what is wrong and how to store it all the same
 */
export async function checkForToken(token: string, config: JsonObject, warn: (text: string) => void): Promise<void> {
  const kind = kindOf(token, config)
  try {
    if (kind !== undefined) for (const warning of checkConfig(await findKind(kind), config).warnings) warn(warning)
    else if (isDatabase(token, config)) for (const warning of await databaseWarnings(token, config)) warn(warning)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const whom = kind === undefined ? "a database" : `the agent ${kind}`
    throw new CommandError(
      "config-wrong",
      `not stored, it is wrong for ${whom}: ${error.message}; --no-check stores it all the same`,
      { cause: error },
    )
  }
}

/** The kind of agent that a configuration is for, or `undefined` if it is none of ours. */
export function kindOf(token: string, config: JsonObject): string | undefined {
  const named = namedKind(config)
  const kinds = kindNames()
  if (typeof named === "string") return kinds.find((kind) => kind === named)
  const matching = kinds.filter((kind) => token === kind || token.startsWith(`${kind}-`))
  return matching.sort((a, b) => b.length - a.length)[0]
}

/** What a first configuration of `token` may look like: the sample of its kind of agent or of databases, else an empty object. */
export async function templateFor(token: string): Promise<JsonObject> {
  const kind = kindOf(token, {})
  if (kind !== undefined) return (await findKind(kind)).sample()
  return isDatabase(token, {}) ? (await import("@metricq/database")).databaseSample() : {}
}

/** Whether a configuration is for a database: by its `x-metricq.kind`, else by the beginning of the token. */
export function isDatabase(token: string, config: JsonObject): boolean {
  return (namedKind(config) ?? token.split("-")[0]) === "db"
}

async function databaseWarnings(token: string, config: JsonObject): Promise<readonly string[]> {
  return (await import("@metricq/database")).checkDatabaseConfig(token, config)
}

function namedKind(config: JsonObject): JsonValue | undefined {
  const marks = config["x-metricq"]
  return marks !== null && typeof marks === "object" && !Array.isArray(marks) ? marks.kind : undefined
}
