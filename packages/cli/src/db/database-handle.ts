import type { JsonObject } from "@metricq/protocol"

/** Times from `begin` on and before `end`, both ISO 8601; without one of them from the first or to the last point. */
export interface DeletedRange {
  readonly begin?: string
  readonly end?: string
}

/** How far work has come, as the database tells it. */
export type OnProgress = (progress: JsonObject) => void

/** A database to look after: one that runs, or a folder that none uses. Each call resolves to what has come of it. */
export interface DatabaseHandle {
  /** What it is called in questions and messages. */
  readonly name: string
  status(): Promise<JsonObject>
  /** Read everything and check it. */
  verify(onProgress: OnProgress): Promise<JsonObject>
  compact(onProgress: OnProgress): Promise<JsonObject>
  /** Copy everything into a folder, or what has changed since it was copied there last. */
  backup(folder: string, onProgress: OnProgress): Promise<JsonObject>
  /** Delete metrics by a name or pattern, or what they have in a range. */
  delete(pattern: string, range: DeletedRange | undefined, onProgress: OnProgress): Promise<JsonObject>
}
