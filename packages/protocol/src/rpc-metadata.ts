import type { JsonObject, JsonValue } from "./json.js"
import type { Metadata } from "./metadata.js"

/** What our manager can do with metadata beyond the original. Reading is for everybody, changing for administrators. */

export type MetadataGetArguments = {
  metrics: string[]
  /** Whether to answer with {@link MetadataLayers}, too; default false. */
  layers?: boolean
}

export type MetadataGetAnswer = {
  metadata: { [metric: string]: Metadata | null }
  /** Only where it was asked for; null for metrics that are not there. */
  layers?: { [metric: string]: MetadataLayers | null }
}

/** Where the keys of a metric come from. What everybody reads is `declared` with `overlay` over it. */
export type MetadataLayers = {
  /** What sources have declared, and what the manager and databases note: `source`, `date`, `historic`. */
  declared: Metadata
  /** What administrators have set. It stays on top until it is taken away. */
  overlay: JsonObject
}

export type MetadataListArguments = {
  /** As in `get_metrics`. At most one of these five. */
  selector?: string | string[]
  prefix?: string
  infix?: string
  glob?: string
  regex?: string
  limit?: number
  /** Names after this one: `next` of the answer before. */
  after?: string
  /** Whether to answer with documents; default false. */
  metadata?: boolean
}

export type MetadataListAnswer = {
  metrics: string[] | { [metric: string]: Metadata }
  /** Present if there are more: pass it as `after`. */
  next?: string
}

/** What happened to the metadata of a metric. `unhide` and `unarchive` undo `hide` and `archive`. */
export type MetadataAction =
  | "declare"
  | "set"
  | "hide"
  | "unhide"
  | "archive"
  | "unarchive"
  | "delete"
  | "restore"
  | "rename"

/** One change of the metadata of a metric, as everybody who reads it has seen it. */
export type MetadataChange = {
  /** ISO 8601 in UTC. */
  time: string
  /** The AMQP user; of a declaration the token of the source. */
  author: string
  /** For whom the author did it, such as the user of a web page. */
  by?: string
  action: MetadataAction
  /** The keys that are different since; without `before` where there was none, without `after` where there is none. Long values are cut. */
  keys: { [key: string]: { before?: JsonValue; after?: JsonValue } }
  /** How many further keys are different. */
  more?: number
}

/** A metric that was deleted and can be restored. Times are ISO 8601 in UTC. */
export type DeletedMetric = {
  time: string
  /** The AMQP user who deleted it. */
  author: string
  by?: string
  /** Until when it can be restored. */
  until: string
}

/** A metric that several connected clients have declared in turn. */
export type ContestedMetric = {
  metric: string
  /** Their tokens; the one that declared it last comes first. */
  sources: string[]
  /** When it changed hands last, ISO 8601 in UTC. */
  time: string
}

export interface MetadataFunctions {
  "metadata.get": { arguments: MetadataGetArguments; answer: MetadataGetAnswer }
  "metadata.list": { arguments: MetadataListArguments; answer: MetadataListAnswer }
  /** Changes the overlay: a value is laid over what sources declare, null takes it away. Answers with the metrics that are different since. */
  "metadata.set": {
    arguments: { metadata: { [metric: string]: JsonObject }; by?: string }
    answer: { changed: string[] }
  }
  /** Deletes metrics, or only some `keys` of them, from all layers. A source that still declares them makes them anew. */
  "metadata.delete": { arguments: { metrics: string[]; keys?: string[]; by?: string }; answer: { deleted: number } }
  /** Undoes a deletion of the last 30 days. What was declared and set since stays on top. */
  "metadata.restore": { arguments: { metrics: string[]; by?: string }; answer: { restored: string[] } }
  /**
   * Has what is known of metrics stand under other names: the overlay, where the new name has none of its own, and what is declared, where no
   * source has declared the new name. The old names go, as if they were deleted. Those that are not there are passed over.
   */
  "metadata.rename": {
    arguments: { metrics: { [old: string]: string }; by?: string }
    answer: { renamed: string[] }
  }
  /** What can be restored, by name. */
  "metadata.deleted": {
    arguments: { limit?: number; after?: string }
    answer: { metrics: { [metric: string]: DeletedMetric }; next?: string }
  }
  /** Newest first. */
  "metadata.history": { arguments: { metric: string; limit?: number }; answer: { changes: MetadataChange[] } }
  "metadata.contested": { arguments: Record<string, never>; answer: { metrics: ContestedMetric[] } }
}
