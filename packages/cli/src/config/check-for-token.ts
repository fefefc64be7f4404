import { ConfigError, checkConfig, findKind, kindNames } from "@metricq/agents"
import type { JsonObject } from "@metricq/protocol"
import { CommandError } from "../errors.js"

/**
 * Check a configuration against the schema of its kind of agent, as far as that is known: by its `x-metricq.kind`, else by the
 * beginning of the token. Of what is no kind of ours nothing is said. Warnings go to `warn`, a line each.
 *
 * @throws {CommandError} `config-wrong` naming what is wrong and how to store it all the same
 */
export async function checkForToken(token: string, config: JsonObject, warn: (text: string) => void): Promise<void> {
  const kind = kindOf(token, config)
  if (kind === undefined) return
  try {
    const { warnings } = checkConfig(await findKind(kind), config)
    for (const warning of warnings) warn(warning)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new CommandError(
      "config-wrong",
      `not stored, it is wrong for the agent ${kind}: ${error.message}; --no-check stores it all the same`,
      { cause: error },
    )
  }
}

/** The kind of agent that a configuration is for, or `undefined` if it is none of ours. */
export function kindOf(token: string, config: JsonObject): string | undefined {
  const marks = config["x-metricq"]
  const named = marks !== null && typeof marks === "object" && !Array.isArray(marks) ? marks.kind : undefined
  const kinds = kindNames()
  if (typeof named === "string") return kinds.find((kind) => kind === named)
  const matching = kinds.filter((kind) => token === kind || token.startsWith(`${kind}-`))
  return matching.sort((a, b) => b.length - a.length)[0]
}

/** What a first configuration of `token` may look like: the sample of its kind of agent, else an empty object. */
export async function templateFor(token: string): Promise<JsonObject> {
  const kind = kindOf(token, {})
  return kind === undefined ? {} : (await findKind(kind)).sample()
}
