import type { JsonObject } from "@metricq/client"
import type { LayeredMetadata } from "../metrics/layers.js"
import type { MetadataChange, MetadataOrigin } from "../metrics/metadata-change.js"

/**
 * The databases of single documents: metadata by metric name, what is known of clients and the labels that they have by token, and parts of
 * what is known of queues.
 */
export type DatabaseName = "metadata" | "clients" | "labels" | "queues"

/** A document as it is stored. `body` is the caller's to change; it has no `_id` and no `_rev`. */
export interface StoredDocument {
  readonly id: string
  /** `<n>-<32 hex digits>` as in CouchDB; `n` counts the writes of this document. */
  readonly revision: string
  readonly body: JsonObject
  /** Length of the body as JSON in UTF-8, in bytes; what it adds to an answer, give or take its id. */
  readonly sizeBytes: number
}

/** One version of the configuration of a client. The newest one that is not deleted is what the client gets. */
export interface ConfigVersion {
  readonly token: string
  /** 1 for the first; the number before the dash of `revision`. */
  readonly version: number
  readonly revision: string
  /** When it was written, ISO 8601 in UTC. */
  readonly time: string
  /** Who wrote it: the AMQP user, or what the embedding program says. */
  readonly author: string
  /** On whose behalf `author` wrote it; undefined where that is not known. */
  readonly by?: string
  readonly note: string
  /** True for the mark that a deletion leaves; its `config` is empty. */
  readonly deleted: boolean
  readonly config: JsonObject
}

/** Who writes a configuration, why, and on top of what. */
export interface ConfigWrite {
  readonly author: string
  readonly by?: string
  readonly note?: string
  /** The revision this write is based on; `null`: there must be none yet; absent: whatever is there is replaced. */
  readonly base?: string | null
}

/** Which versions of a configuration may go. The newest never does. */
export interface VersionLimits {
  /** So many of the newest stay, if they are not too old; at least 1. */
  readonly versions: number
  /** Those that were replaced before this time go, ISO 8601 in UTC; undefined: none because of its age. */
  readonly replacedBefore: string | undefined
  /** These stay in any case. */
  readonly except: readonly number[]
}

/** What the index of metrics keeps of each name. */
export interface MetricMark {
  readonly name: string
  readonly historic: boolean
  readonly hidden: boolean
}

/** A change of the set of metrics or of a mark. */
export interface MetricChange extends MetricMark {
  /** True when the document was deleted. */
  readonly gone: boolean
}

/** A part of a database, in the order of ids. */
export interface DocumentRange {
  /** Only ids that begin with this. */
  readonly prefix?: string
  /** Only ids behind this one. */
  readonly after?: string
  /** At most so many documents. */
  readonly limit?: number
}

/**
 * Decides the new body of a document from its current one (`undefined`: there is none): a body, `null` to delete it, or
 * `undefined` to leave it. It is called while the store is locked, perhaps more than once, so it computes and nothing else.
 */
export type DocumentChange = (id: string, current: JsonObject | undefined) => JsonObject | null | undefined

/** A metric that was deleted, as it was. */
export interface DeletedMetadata extends LayeredMetadata {
  /** When, ISO 8601 in UTC. */
  readonly time: string
  /** Who deleted it: the AMQP user. */
  readonly author: string
  /** For whom the author did it. */
  readonly by?: string
}

/**
 * Decides what becomes of a metric from its layers (`undefined`: it is not there): its new layers, `null` to delete it, or `undefined` to
 * leave it. `deleted` looks up what was deleted under its name. As {@link DocumentChange} it computes and nothing else.
 */
export type MetadataDecision = (
  name: string,
  current: LayeredMetadata | undefined,
  deleted: () => DeletedMetadata | undefined,
) => LayeredMetadata | null | undefined

/**
 * Where configurations, metadata and the list of clients are kept.
 *
 * All methods may be called concurrently. A write is durable when its promise resolves: neither the death of the process
 * nor a power failure takes it back. Methods reject with {@link StorageError} when the medium fails.
 */
export interface DocumentStore {
  /** The documents under `ids`, in their order; `undefined` where there is none. */
  getMany(database: DatabaseName, ids: readonly string[]): Promise<(StoredDocument | undefined)[]>

  /** The documents of a range, in batches of a bounded size, in the order of ids. What changes meanwhile may be missed. */
  range(database: DatabaseName, range?: DocumentRange): AsyncIterable<StoredDocument[]>

  /**
   * Change the documents under `ids`, each atomically, in batches; resolves to the number of documents written or deleted.
   * An id that occurs twice is changed twice. A body may have 1 MiB as JSON. If it rejects, earlier batches stay.
   *
   * On metadata this is for what the network notes itself; people and sources change it by {@link changeMetadata}.
   */
  update(database: DatabaseName, ids: readonly string[], change: DocumentChange): Promise<number>

  /**
   * Change the metadata of `names` in its layers, note the change in their history, and keep what is deleted for 30 days. Each is changed
   * atomically, in batches, once even if it occurs twice. Resolves to the names of which the document or the overlay is another; for a
   * restoration to all that it decided on. If it rejects, earlier batches stay.
   */
  changeMetadata(names: readonly string[], origin: MetadataOrigin, decide: MetadataDecision): Promise<string[]>
  /** The layers of metrics, in the order of `names`; `undefined` where there is none. */
  metadataLayers(names: readonly string[]): Promise<(LayeredMetadata | undefined)[]>
  /** The changes of a metric that are kept, newest first, at most `limit`; also of one that was deleted and can be restored. */
  metadataHistory(name: string, limit: number): Promise<MetadataChange[]>
  /** Metrics that can be restored, in batches, in the order of names behind `after`. */
  deletedMetadata(after?: string): AsyncIterable<{ readonly name: string; readonly deleted: DeletedMetadata }[]>

  /** The current configuration of a token, or `undefined`. */
  config(token: string): Promise<ConfigVersion | undefined>
  /** All current configurations by token. */
  configs(): Promise<ConfigVersion[]>
  /**
   * Write a configuration. Writing what is there already changes nothing and returns the current version.
   * @throws {ConflictError} if `base` is given and not the current revision
   */
  putConfig(token: string, config: JsonObject, write: ConfigWrite): Promise<ConfigVersion>
  /**
   * Delete a configuration; its versions stay. Resolves to the mark left behind, `undefined` if there was nothing to delete.
   * @throws {ConflictError} if `base` is given and not the current revision
   */
  deleteConfig(token: string, write: ConfigWrite): Promise<ConfigVersion | undefined>
  /** Versions of a token, newest first, marks of deletions included; only those before version `before`, at most `limit`. */
  configVersions(token: string, options?: { before?: number; limit?: number }): Promise<ConfigVersion[]>
  /** One version, or `undefined` if it never was or is no longer kept. */
  configVersion(token: string, version: number): Promise<ConfigVersion | undefined>

  /** Every token that has versions, deleted ones included. */
  configTokens(): Promise<string[]>
  /** Remove versions of a token, the oldest first; resolves to their number when it is visible, which is not yet durable. */
  pruneConfig(token: string, limits: VersionLimits): Promise<number>

  /** Every metric with its marks, in batches, in the order of names. */
  metricMarks(): AsyncIterable<MetricMark[]>
  /** Call `listener` after each write to the metadata, in the order of writes, before the write's promise resolves. Returns the way to stop it. */
  watchMetrics(listener: (changes: readonly MetricChange[]) => void): () => void

  /** Wait for writes under way and let go of the medium. Further calls reject. Calling it again does nothing. */
  close(): Promise<void>
}
