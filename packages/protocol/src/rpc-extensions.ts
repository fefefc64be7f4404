import type { ClientLabels, LabelChange } from "./client-labels.js"
import type { JsonObject } from "./json.js"

/** What our manager can do beyond the original, for administrators; what it can do with metadata is in `rpc-metadata.ts`. */

type Empty = Record<string, never>

/** Who stored a revision of a configuration, and when. */
export type RevisionInfo = {
  revision: string
  /** ISO 8601. */
  time: string
  /** AMQP user. */
  author: string
  /** Who asked that user's program to, as the program tells it: somebody who is logged in at a page. */
  by?: string
  note?: string
}

export type ConfigSummary = RevisionInfo & { token: string }

/** A configuration without `_id` and `_rev`. */
export type StoredConfig = ConfigSummary & { config: JsonObject }

/** `deleted`: the configuration was deleted with this version. */
export type ConfigVersion = RevisionInfo & { version: number; deleted?: boolean }

export type ConfigSetArguments = {
  token: string
  config: JsonObject
  /** The revision it was read at; null if it must not exist; absent to overwrite whatever is there. */
  revision?: string | null
  note?: string
  /** On whose behalf, at most 100 characters; kept beside `author`. */
  by?: string
}

/** Answer to a `config.set` or `config.delete` whose revision is no longer the stored one. */
export type ConfigConflict = {
  error: string
  code: "conflict"
  current: StoredConfig | null
  yours: JsonObject
}

/** What a client said to its configuration. */
export type ConfigApplied =
  | { token: string; answered: true; response: JsonObject }
  | { token: string; answered: true; refused: string }
  | { token: string; answered: false; reason: string }

/** How many versions of each configuration are kept, and how many days each after it was replaced; null: as long as there are not too many. */
export type ConfigRetention = { versions: number; days: number | null }

export interface ConfigFunctions {
  "config.list": { arguments: Empty; answer: { configs: ConfigSummary[] } }
  "config.get": { arguments: { token: string; version?: number }; answer: StoredConfig }
  "config.set": { arguments: ConfigSetArguments; answer: { token: string; revision: string } }
  /** Newest first. */
  "config.versions": {
    arguments: { token: string; limit?: number; before?: number }
    answer: { token: string; versions: ConfigVersion[] }
  }
  /** How long versions are kept; see `docs/reference/configuration.md` for those that stay in any case. */
  "config.retention": { arguments: Empty; answer: ConfigRetention }
  "config.restore": {
    arguments: { token: string; version: number; note?: string; by?: string }
    answer: { token: string; revision: string }
  }
  "config.delete": { arguments: { token: string; revision?: string; by?: string }; answer: Empty }
  /** Send the stored configuration to its client; `timeout` in seconds, default 10. */
  "config.apply": { arguments: { token: string; timeout?: number; by?: string }; answer: ConfigApplied }
  /** A client says that it has refused the configuration it was given when it registered; for every client, about itself. */
  "config.refused": { arguments: { revision: string; text: string }; answer: Empty }
}

export interface DatabaseFunctions {
  /** Unbind the data queue from `inputs`, and the queue of requests from `names`, which are not historic any more. */
  "db.unsubscribe": { arguments: { inputs?: string[]; names?: string[] }; answer: Empty }
}

/** A revision of a configuration at a time, ISO 8601. */
export type RevisionAt = { revision: string; time: string }

/** What became of the configuration of a client. What the manager cannot know is absent. */
export type ConfigurationState = {
  /** What is stored. */
  stored?: RevisionInfo
  /** What the client was given last, and how: with its registration, or because somebody applied it. */
  sent?: RevisionAt & { how: "register" | "apply"; by?: string }
  /** What the client took last: it said so when it was applied, or says it when it is asked who it is. */
  accepted?: RevisionAt
  /** What the client refused after that, in its own words. */
  refused?: RevisionAt & { text: string }
}

/** A client as the manager has seen it. Times are ISO 8601, by the manager's clock. */
export type ClientInfo = {
  token: string
  firstSeen: string
  lastSeen: string
  lastFunction: string
  /** When it was found to be no longer connected; absent, or before `lastSeen`, for those that may be. */
  left?: string
  /** Its last answer to `discover`. */
  discover?: JsonObject
  /** Whether there is a configuration for it. */
  config: boolean
  /** Absent for a client that has none and never had. */
  configuration?: ConfigurationState
  /** What administrators have put on it; absent if there is nothing. */
  labels?: ClientLabels
}

export interface ClientFunctions {
  "client.list": { arguments: Empty; answer: { clients: ClientInfo[] } }
  /** Ask all clients first; `timeout` in seconds. */
  "client.discover": { arguments: { timeout?: number }; answer: { clients: ClientInfo[] } }
  /** Change labels of clients, by token; all or none. The answer has those clients with the labels they have now. */
  "client.label": {
    arguments: { labels: Readonly<Record<string, LabelChange>> }
    answer: { labels: Record<string, ClientLabels> }
  }
  /** All clients that have labels, also those that have a configuration and were never seen. */
  "client.labels": { arguments: Empty; answer: { labels: Record<string, ClientLabels> } }
}
