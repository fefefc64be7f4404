import { checkToken, DataError, type JsonObject, type JsonValue } from "@metricq/protocol"
import { CommandError, oneLine } from "../errors.js"

/** An agent that `metricq up` runs. */
export interface NetworkAgent {
  /** Its name in the network, and that of its configuration. */
  readonly token: string
  /** Kind of agent, as `metricq agent --list` names it. */
  readonly kind: string
  /** Stored before it starts where it differs from what is stored; without it the stored one is used. */
  readonly config?: JsonObject
  /** Whether `config` is only for a network that has none for this token yet. */
  readonly initialOnly?: boolean
}

/**
 * The agents that a network file lists: `{"agents": {TOKEN: {"kind": KIND, "config": {…}}}}`.
 *
 * `kind` may be left out where the token is that of a kind or begins with it and a hyphen; `kindOf` tells that.
 *
 * @throws {CommandError} `network-file` naming `source`, the place in it and what was expected
 */
export function parseNetworkFile(
  file: JsonObject,
  source: string,
  kindOf: (token: string, config: JsonObject) => string | undefined,
): NetworkAgent[] {
  const wrong = (place: string, expected: string): CommandError =>
    new CommandError("network-file", `${source}: ${place}: expected ${expected}`)
  refuseOtherKeys(file, ["agents"], (key) => wrong(key, 'no other key than "agents"'))
  if (!isObject(file.agents)) throw wrong("agents", "an object with an agent for each token")
  return Object.entries(file.agents).map(([token, entry]) => {
    const place = `agents.${token}`
    try {
      checkToken(token)
    } catch (error) {
      if (error instanceof DataError) throw wrong(place, `a token as its name (${oneLine(error)})`)
      throw error
    }
    if (!isObject(entry)) throw wrong(place, "an object with kind and config")
    refuseOtherKeys(entry, ["kind", "config"], (key) =>
      wrong(`${place}.${key}`, 'no other keys than "kind" and "config"'),
    )
    const { kind, config } = entry
    if (kind !== undefined && typeof kind !== "string") throw wrong(`${place}.kind`, "the name of a kind of agent")
    if (config !== undefined && !isObject(config)) throw wrong(`${place}.config`, "a configuration object")
    const resolved = kind ?? kindOf(token, config ?? {})
    if (resolved === undefined) throw wrong(`${place}.kind`, "a kind of agent, as metricq agent --list names them")
    return { token, kind: resolved, config }
  })
}

function refuseOtherKeys(object: JsonObject, known: readonly string[], error: (key: string) => CommandError): void {
  for (const key of Object.keys(object)) if (!known.includes(key)) throw error(key)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value)
}
