import type { JsonObject, JsonValue, Logger } from "@metricq/client"
import { RequestError } from "../request-error.js"

/** What a queue is for; part of the names of its settings in the configuration. */
export type QueueRole = "data" | "hreq" | "hrsp"

/** Type of a queue where the configuration can choose. */
export type QueueType = "classic" | "quorum"

/** Arguments of a queue declaration, as they go over the wire. */
export type QueueArguments = Record<string, string | number>

/** Idle time after which the broker deletes the queue of a sink or history client, unless it is told otherwise. */
const DEFAULT_EXPIRES_MS = 600_000
/** Longest time the broker takes, about 49 days. */
const MAX_MS = 2 ** 32 - 1

/**
 * The settings of queues that the configuration document of a client has under `x-metricq`. Wrong values are logged and
 * ignored, but for the type of a queue: that one changes its name.
 */
export class QueueSettings {
  readonly #config: JsonObject
  readonly #settings: JsonObject
  readonly #token: string
  readonly #logger: Logger

  constructor(token: string, config: JsonObject | undefined, logger: Logger) {
    this.#token = token
    this.#config = config ?? {}
    const settings = this.#config["x-metricq"]
    this.#settings = typeof settings === "object" && settings !== null && !Array.isArray(settings) ? settings : {}
    this.#logger = logger
  }

  /** @throws {RequestError} if the configuration asks for a type that there is not */
  type(role: QueueRole): QueueType {
    const type = this.#settings[`${role}-queue-type`] ?? "classic"
    if (type === "classic" || type === "quorum") return type
    throw new RequestError(
      `Invalid queue type '${show(type)}' in the configuration of ${this.#token}: classic or quorum`,
    )
  }

  /** For the durable queues of transformers and databases. @throws {RequestError} as {@link type} */
  lasting(role: "data" | "hreq"): QueueArguments {
    if (this.type(role) === "classic") return this.#messageTtl(role)
    const settings: QueueArguments = { "x-queue-type": "quorum" }
    for (const what of ["max-in-memory-length", "max-in-memory-bytes"]) {
      const value = this.#settings[`${role}-${what}`]
      if (typeof value === "number" && Number.isInteger(value) && value >= 0) settings[`x-${what}`] = value
      else if (value !== undefined) this.#ignored(`${role}-${what}`, value)
    }
    return settings
  }

  /** For the queue of a sink. `expires` is what the request says: seconds, anything else counts as 600. */
  sink(expires: JsonValue | undefined): QueueArguments {
    const seconds = asSeconds(expires)
    const valid = seconds !== undefined && seconds > 0
    if (!valid && expires !== undefined && expires !== null) this.#ignored("expires", expires)
    return { "x-expires": valid ? toMs(seconds) : DEFAULT_EXPIRES_MS, ...this.#messageTtl("data") }
  }

  /** For the queue of a sink that outlives its consumer by `seconds`, with at most so many bytes of messages. */
  kept(seconds: number, maxBytes: number): QueueArguments {
    return { "x-expires": toMs(seconds), "x-max-length-bytes": maxBytes, ...this.#messageTtl("data") }
  }

  /** For the queue on which a history client gets its answers. */
  historyResponse(): QueueArguments {
    const ttl = this.#settings["hrsp-queue-ttl"]
    const seconds = asSeconds(ttl)
    const valid = seconds !== undefined && seconds >= 0
    if (!valid && ttl !== undefined) this.#ignored("hrsp-queue-ttl", ttl)
    return { "x-expires": valid ? toMs(seconds) : DEFAULT_EXPIRES_MS, ...this.#messageTtl("hrsp") }
  }

  #messageTtl(role: QueueRole): QueueArguments {
    const value = this.#config.message_ttl ?? this.#settings[`${role}-message-ttl`]
    if (value === undefined) return {}
    const seconds = asSeconds(value)
    if (seconds === undefined || seconds < 0) {
      this.#ignored(`${role}-message-ttl`, value)
      return {}
    }
    return { "x-message-ttl": Math.min(Math.floor(seconds * 1000), MAX_MS) }
  }

  #ignored(name: string, value: JsonValue): void {
    this.#logger.warn(`${name} of ${this.#token} is not valid and ignored`, { value: show(value) })
  }
}

/** A number of seconds; `true` counts as one, as it does in the original. */
function asSeconds(value: JsonValue | undefined): number | undefined {
  if (value === true) return 1
  return typeof value === "number" && Number.isFinite(value) ? value : undefined
}

/** The broker wants at least one millisecond. */
function toMs(seconds: number): number {
  return Math.min(Math.max(1, Math.floor(seconds * 1000)), MAX_MS)
}

function show(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}
