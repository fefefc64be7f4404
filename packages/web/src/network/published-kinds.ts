import type { Client, ConfigDescription, JsonObject, JsonValue } from "@metricq/client"

/** What is needed of a client here. */
export type AskingClient = Pick<Client, "rpcTo">

/** Agents answer from memory; one that does not is not waited for. */
const ANSWER_S = 1.5
/** How long an answer is good; an agent that is started anew may have another schema. */
const FRESH_MS = 60_000
/** That there was none is forgotten sooner: the agent may have been starting. */
const MISSING_MS = 10_000
const MOST_KEPT = 500
/** Longest description as JSON. */
const MAX_BYTES = 512 * 1024

interface Kept {
  readonly untilMs: number
  readonly description: Promise<ConfigDescription | undefined>
}

/** What running agents say that their configurations may hold (RPC `schema`); for kinds that nobody here knows. */
export class PublishedKinds {
  readonly #client: AskingClient
  readonly #kept = new Map<string, Kept>()

  constructor(client: AskingClient) {
    this.#client = client
  }

  /** The description of a client, asked for at most once a minute; undefined if it has none, or does not answer in 1.5 s. */
  async of(token: string): Promise<ConfigDescription | undefined> {
    const kept = this.#kept.get(token)
    if (kept !== undefined && performance.now() < kept.untilMs) return kept.description
    const description = this.#ask(token)
    this.#keep(token, description, FRESH_MS)
    if ((await description) === undefined) this.#keep(token, description, MISSING_MS)
    return description
  }

  async #ask(token: string): Promise<ConfigDescription | undefined> {
    try {
      return descriptionOf(await this.#client.rpcTo(token, "schema", {}, { timeout: ANSWER_S }))
    } catch {
      return undefined // away, silent, or of a library that does not know the function: nothing is known then
    }
  }

  #keep(token: string, description: Kept["description"], forMs: number): void {
    this.#kept.delete(token)
    this.#kept.set(token, { untilMs: performance.now() + forMs, description })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(oldest)
    }
  }
}

/** An answer as a description; undefined for what is none, or too long for one. */
function descriptionOf(answer: JsonObject): ConfigDescription | undefined {
  const { kind, title, schema, sample } = answer
  if (typeof kind !== "string" || kind === "" || kind.length > 200 || !isObject(schema)) return undefined
  if (JSON.stringify(answer).length > MAX_BYTES) return undefined
  return {
    kind,
    schema,
    ...(typeof title === "string" && { title: title.slice(0, 500) }),
    ...(isObject(sample) && { sample }),
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
