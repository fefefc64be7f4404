import { get, patch, post } from "../../api.js"
import type { StoredAmount } from "../../lib/storage-estimate.js"
import type { MetadataChange } from "./metadata-change.js"

/** What can be done with metrics; each has one that undoes it. */
export type Deed = "hide" | "unhide" | "archive" | "unarchive" | "delete" | "restore"

/** Where the keys of a metric come from; what everybody sees, `metadata`, is `declared` with `overlay` over it. */
export interface MetadataLayers {
  metadata: Record<string, unknown>
  declared: Record<string, unknown>
  overlay: Record<string, unknown>
}

/** One change of a metric's metadata. */
export interface MetadataEvent {
  time: string
  author: string
  /** Who asked for it, where the author did it for somebody. */
  by?: string
  action: "declare" | "set" | "rename" | Deed
  keys: Record<string, { before?: unknown; after?: unknown }>
  /** How many more keys changed. */
  more?: number
}

/** Who would miss a metric; null in place of a list: the manager cannot tell. */
export interface Dependents {
  /** `how`: the name or pattern by which it is subscribed. */
  consumers: { token: string; how: string }[] | null
  /** `where`: a JSON pointer. */
  configurations: { token: string; where: string }[] | null
  databases: string[] | null
}

/** The part of a database's configuration that stores a metric: an entry of its own, one for a prefix, or a pattern. */
export interface StorageRule {
  by: "name" | "prefix" | "pattern"
  /** The name, the prefix, or the pattern. */
  of: string
  /** What is said there. */
  entry: Readonly<Record<string, unknown>>
}

/** How much a database has of a metric, and how; or why it does not say. */
export type Storage = {
  token: string
  /** null: nothing stores it; undefined: its configuration is not known. */
  rule?: StorageRule | null
  /** What would store it if it were not named. */
  otherwise?: StorageRule | null
} & (
  | { trouble: string }
  | (StoredAmount & {
      trouble?: undefined
      /** The part of its configuration that stores the metric; null: none does any more. */
      by: "metrics" | "patterns" | null
      /** Lengths of rows in nanoseconds, the shortest first. */
      rows: string[]
      /** How long points are kept, and which rows are kept longer; durations as in configurations. */
      retention: { raw: string; levels: Record<string, string> } | null
    })
)

/** A metric that was deleted and can be restored until a time. */
export interface DeletedMetric {
  name: string
  time: string
  author: string
  /** Who asked for it, where the author did it for somebody. */
  by?: string
  until: string
}

/** Metrics as requests name them. */
export type Who = { metrics: readonly string[] } | { select: Record<string, string> }

const path = (name: string) => `metrics/${encodeURIComponent(name)}`

/** Rejects with an {@link ApiError}, as all of the API. What changes resolves to the names that are different since. */
export const metricsApi = {
  layers: (name: string, signal?: AbortSignal) => get<MetadataLayers>(path(name), { layers: 1 }, signal),
  history: async (name: string, limit: number, signal?: AbortSignal) =>
    (await get<{ changes: MetadataEvent[] }>(`${path(name)}/history`, { limit }, signal)).changes,
  dependents: (name: string, signal?: AbortSignal) => get<Dependents>(`${path(name)}/dependents`, {}, signal),
  storage: async (name: string, signal?: AbortSignal) =>
    (await get<{ databases: Storage[] }>(`${path(name)}/storage`, {}, signal)).databases,
  change: async (who: Who, change: MetadataChange) =>
    (await patch<{ changed: string[] }>("metrics", { ...who, change })).changed,
  act: async (deed: Exclude<Deed, "delete" | "restore">, who: Who) =>
    (await post<{ changed: string[] }>(`metrics/${deed}`, who)).changed,
  deleted: (query: { search: string; after: string | undefined; limit: number }, signal?: AbortSignal) =>
    get<{ metrics: DeletedMetric[]; next?: string }>("metrics/deleted", query, signal),
  restore: async (who: Who) => (await post<{ restored: string[] }>("metrics/restore", who)).restored,
  /** With `data` the points in databases, too, which cannot be restored. */
  delete: (who: Who, data: boolean) => post<Deleted>("metrics/delete", data ? { ...who, data } : who),
}

/** What a deletion has done. */
interface Deleted {
  metrics: string[]
  databases?: { token: string; metrics?: number; failed?: string }[]
}
