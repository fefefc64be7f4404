import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { setImmediate as nextTurn } from "node:timers/promises"
import type { JsonObject } from "@metricq/client"
import { FolderInUse, FolderLock } from "@metricq/files"
import { type Database, open, type RootDatabase } from "lmdb"
import type { LayeredMetadata } from "../metrics/layers.js"
import type { MetadataChange, MetadataOrigin } from "../metrics/metadata-change.js"
import { checkId, checkSize, isStorable } from "./document-limits.js"
import { StorageError } from "./errors.js"
import { LmdbConfigs } from "./lmdb-configs.js"
import { LmdbMetadata } from "./lmdb-metadata.js"
import { isRestorable } from "./metadata-limits.js"
import { Purge } from "./purge.js"
import { nextRecord, recordBody, recordBodyBytes, recordMarks, recordRevision } from "./record.js"
import type {
  ConfigVersion,
  ConfigWrite,
  DatabaseName,
  DeletedMetadata,
  DocumentChange,
  DocumentRange,
  DocumentStore,
  MetadataDecision,
  MetricChange,
  MetricMark,
  StoredDocument,
  VersionLimits,
} from "./store.js"

/** Name and version of the layout in the folder, see docs/format/documents.md. */
export const FORMAT = "metricq-documents 1"
/** Documents read or written between two turns of the event loop: a few milliseconds. */
const BATCH = 500
/** Configurations read between two turns: they can be large. */
const CONFIG_BATCH = 20
/** Names read between two turns when the index is built: these are cheaper. */
const MARK_BATCH = 4000

type Records = Database<Buffer, string>

/**
 * Open the documents in `folder`, which is made if it is not there, and hold it against other processes until `close()`.
 *
 * @throws {StorageError} `folder-in-use` if another process, or this one already, has it open; `format` if it was written by a
 * newer program; `folder` if it cannot be made or read
 */
export async function openDocuments(folder: string): Promise<DocumentStore> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StorageError("folder", `cannot make the folder ${folder} for documents`, { cause: error })
  }
  const lock = lockFolder(folder)
  try {
    return new LmdbDocuments(folder, lock)
  } catch (error) {
    lock.release()
    if (error instanceof StorageError) throw error
    throw new StorageError("folder", `cannot open the documents in ${folder}`, { cause: error })
  }
}

function lockFolder(folder: string): FolderLock {
  try {
    return new FolderLock(folder)
  } catch (cause) {
    if (cause instanceof FolderInUse) throw new StorageError("folder-in-use", cause.message, { cause })
    throw new StorageError("folder-lock", `cannot make a lock file in ${folder}`, { cause })
  }
}

class LmdbDocuments implements DocumentStore {
  readonly #folder: string
  readonly #lock: FolderLock
  readonly #root: RootDatabase<Buffer, string>
  readonly #databases: Record<DatabaseName, Records>
  readonly #configs: LmdbConfigs
  readonly #metadata: LmdbMetadata
  readonly #purge: Purge
  readonly #listeners = new Set<(changes: readonly MetricChange[]) => void>()
  #closed: Promise<void> | undefined

  constructor(folder: string, lock: FolderLock) {
    this.#folder = folder
    this.#lock = lock
    this.#root = open({ path: join(folder, "documents.mdb"), noSubdir: true, maxDbs: 16, encoding: "binary" })
    const records = (name: string) => this.#root.openDB<Buffer, string>({ name, encoding: "binary" })
    const [metadata, clients, queues] = [records("metadata"), records("clients"), records("queues")]
    this.#databases = { metadata, clients, queues, labels: records("labels") }
    const versions = this.#root.openDB<Buffer, [string, number]>({ name: "config-versions", encoding: "binary" })
    this.#configs = new LmdbConfigs(records("config"), versions)
    const texts = (name: string) => this.#root.openDB<string, string>({ name, encoding: "string" })
    this.#metadata = new LmdbMetadata({
      documents: this.#databases.metadata,
      layers: texts("metadata-layers"),
      history: this.#root.openDB<string, [string, number]>({ name: "metadata-history", encoding: "string" }),
      deleted: texts("metadata-deleted"),
    })
    this.#purge = new Purge(this.#metadata, (action) => this.#write(action as () => void))
    this.#checkFormat()
  }

  #checkFormat(): void {
    const about = this.#root.openDB<string, string>({ name: "about", encoding: "string" })
    const format = about.get("format")
    if (format === undefined) about.putSync("format", FORMAT)
    else if (format !== FORMAT) {
      void this.#root.close()
      throw new StorageError("format", `${this.#folder} is of format "${format}", this program reads "${FORMAT}"`)
    }
  }

  async getMany(database: DatabaseName, ids: readonly string[]): Promise<(StoredDocument | undefined)[]> {
    this.#checkOpen()
    const found: (StoredDocument | undefined)[] = []
    for (let at = 0; at < ids.length; at += BATCH) {
      if (at > 0) await nextTurn()
      this.#checkOpen()
      for (const id of ids.slice(at, at + BATCH)) found.push(this.#get(database, id))
    }
    return found
  }

  #get(database: DatabaseName, id: string): StoredDocument | undefined {
    const record = isStorable(id) ? this.#databases[database].getBinaryFast(id) : undefined
    return record && documentOf(id, record)
  }

  async *range(database: DatabaseName, range: DocumentRange = {}): AsyncIterable<StoredDocument[]> {
    const { prefix = "", limit = Number.POSITIVE_INFINITY } = range
    if (!isStorable(`${prefix}x`)) return
    let { after } = range
    let left = limit
    while (left > 0) {
      this.#checkOpen()
      const { batch, more } = this.#readBatch(database, prefix, after, Math.min(left, BATCH))
      if (batch.length > 0) yield batch
      if (!more) return
      left -= batch.length
      after = batch.at(-1)?.id
      await nextTurn()
    }
  }

  #readBatch(database: DatabaseName, prefix: string, after: string | undefined, limit: number) {
    const batch: StoredDocument[] = []
    const past = after !== undefined && after >= prefix && isStorable(after) ? after : undefined
    const from = past === undefined ? { start: prefix || undefined } : { start: past, exclusiveStart: true }
    for (const { key, value } of this.#databases[database].getRange({ ...from, limit })) {
      if (!key.startsWith(prefix)) return { batch, more: false }
      batch.push(documentOf(key, value))
    }
    return { batch, more: batch.length === limit }
  }

  async update(database: DatabaseName, ids: readonly string[], change: DocumentChange): Promise<number> {
    let written = 0
    for (let at = 0; at < ids.length; at += BATCH) {
      const part = ids.slice(at, at + BATCH)
      const changes = await this.#write(() => this.#changeBatch(database, part, change))
      written += changes.length
      if (database === "metadata" && changes.length > 0) for (const tell of this.#listeners) tell(changes)
      if (at + BATCH < ids.length) await nextTurn()
    }
    if (written > 0) await this.#flushed()
    return written
  }

  /** All changes are computed before the first is written: a callback that throws leaves the batch as it was. */
  #changeBatch(database: DatabaseName, ids: readonly string[], change: DocumentChange): MetricChange[] {
    const records = this.#databases[database]
    const after = new Map<string, Buffer | undefined>()
    for (const id of ids) {
      checkId(id)
      const previous = after.has(id) ? after.get(id) : records.get(id)
      const body = change(id, previous && recordBody(previous))
      if (body === undefined || (body === null && !previous)) continue
      const record = body === null ? undefined : nextRecord(body, previous)
      if (record) checkSize(id, record)
      if (body === null || record) after.set(id, record)
    }
    const changes: MetricChange[] = []
    for (const [name, record] of after) {
      if (record) records.put(name, record)
      else records.remove(name)
      changes.push(changeOf(name, record))
    }
    return changes
  }

  async changeMetadata(names: readonly string[], origin: MetadataOrigin, decide: MetadataDecision): Promise<string[]> {
    const unique = [...new Set(names)]
    const changed: string[] = []
    for (let at = 0; at < unique.length; at += BATCH) {
      if (at > 0) await nextTurn()
      const part = unique.slice(at, at + BATCH)
      const { names, documents } = await this.#write(() => this.#metadata.change(part, origin, decide))
      for (const name of names) changed.push(name)
      if (documents.length > 0) for (const tell of this.#listeners) tell(documents)
    }
    if (changed.length > 0) await this.#flushed()
    if (origin.action === "delete") await this.#purge.runIfDue()
    return changed
  }

  async metadataLayers(names: readonly string[]): Promise<(LayeredMetadata | undefined)[]> {
    const found: (LayeredMetadata | undefined)[] = []
    for (let at = 0; at < names.length; at += BATCH) {
      if (at > 0) await nextTurn()
      this.#checkOpen()
      for (const name of names.slice(at, at + BATCH)) found.push(this.#metadata.layers(name))
    }
    return found
  }

  async metadataHistory(name: string, limit: number): Promise<MetadataChange[]> {
    this.#checkOpen()
    return this.#metadata.history(name, limit)
  }

  async *deletedMetadata(after?: string): AsyncIterable<{ name: string; deleted: DeletedMetadata }[]> {
    for (let past = after; ; ) {
      this.#checkOpen()
      const batch = this.#metadata.deletedBatch(past, BATCH)
      const now = Date.now()
      yield batch.filter(({ deleted }) => isRestorable(deleted, now))
      if (batch.length < BATCH) return
      past = batch.at(-1)?.name
      await nextTurn()
    }
  }

  async config(token: string): Promise<ConfigVersion | undefined> {
    this.#checkOpen()
    return isStorable(token) ? this.#configs.get(token) : undefined
  }

  async configs(): Promise<ConfigVersion[]> {
    const found: ConfigVersion[] = []
    for (let after: string | undefined; ; ) {
      this.#checkOpen()
      const batch = this.#configs.batch(after, CONFIG_BATCH)
      found.push(...batch.filter(({ deleted }) => !deleted))
      if (batch.length < CONFIG_BATCH) return found
      after = batch.at(-1)?.token
      await nextTurn()
    }
  }

  async putConfig(token: string, config: JsonObject, write: ConfigWrite): Promise<ConfigVersion> {
    checkId(token)
    const written = await this.#write(() => this.#configs.put(token, config, write))
    await this.#flushed()
    return written
  }

  async deleteConfig(token: string, write: ConfigWrite): Promise<ConfigVersion | undefined> {
    if (!isStorable(token)) return undefined
    const mark = await this.#write(() => this.#configs.remove(token, write))
    await this.#flushed()
    return mark
  }

  async configVersions(token: string, { before = 2 ** 32, limit = 100 } = {}): Promise<ConfigVersion[]> {
    this.#checkOpen()
    return isStorable(token) ? this.#configs.versions(token, before, limit) : []
  }

  async configVersion(token: string, version: number): Promise<ConfigVersion | undefined> {
    this.#checkOpen()
    return isStorable(token) ? this.#configs.version(token, version) : undefined
  }

  async configTokens(): Promise<string[]> {
    const tokens: string[] = []
    for (;;) {
      this.#checkOpen()
      const batch = this.#configs.tokens(tokens.at(-1), MARK_BATCH)
      tokens.push(...batch)
      if (batch.length < MARK_BATCH) return tokens
      await nextTurn()
    }
  }

  async pruneConfig(token: string, limits: VersionLimits): Promise<number> {
    let removed = 0
    for (;;) {
      this.#checkOpen()
      // Mostly there is nothing to do, and a write transaction is not needed to see that.
      if (!isStorable(token) || this.#configs.old(token, limits).length === 0) return removed
      removed += await this.#write(() => this.#configs.prune(token, limits))
      await nextTurn()
    }
  }

  async *metricMarks(): AsyncIterable<MetricMark[]> {
    let after: string | undefined
    for (;;) {
      this.#checkOpen()
      const from = after === undefined ? {} : { start: after, exclusiveStart: true }
      const batch: MetricMark[] = []
      for (const { key, value } of this.#databases.metadata.getRange({ ...from, limit: MARK_BATCH })) {
        const { historic, hidden } = recordMarks(value)
        batch.push({ name: key, historic, hidden })
      }
      if (batch.length > 0) yield batch
      if (batch.length < MARK_BATCH) return
      after = batch.at(-1)?.name
      await nextTurn()
    }
  }

  watchMetrics(listener: (changes: readonly MetricChange[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): Promise<void> {
    this.#closed ??= this.#shut()
    return this.#closed
  }

  async #shut(): Promise<void> {
    try {
      await this.#root.committed
      await this.#root.flushed
      await this.#root.close()
    } finally {
      this.#lock.release()
    }
  }

  /** Run `action` in a write transaction, alone among all writers, and wait until others can see it. */
  async #write<T>(action: () => T): Promise<T> {
    this.#checkOpen()
    let refused: { error: unknown } | undefined
    try {
      // An error of the action must not count as one of the medium, and leaves nothing half written.
      const result = await this.#root.transaction(() => {
        try {
          return action()
        } catch (error) {
          refused = { error }
          return undefined
        }
      })
      if (!refused) return result as T
    } catch (error) {
      throw new StorageError("write", `cannot write to ${this.#folder}: ${messageOf(error)}`, { cause: error })
    }
    throw refused.error
  }

  async #flushed(): Promise<void> {
    try {
      await this.#root.flushed
    } catch (error) {
      throw new StorageError("write", `cannot write to ${this.#folder}: ${messageOf(error)}`, { cause: error })
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError("closed", `the documents in ${this.#folder} are closed`)
  }
}

/** `record` may be LMDB's own buffer, overwritten by the next read: everything is taken out at once. */
function documentOf(id: string, record: Buffer): StoredDocument {
  return { id, revision: recordRevision(record), body: recordBody(record), sizeBytes: recordBodyBytes(record) }
}

function changeOf(name: string, record: Buffer | undefined): MetricChange {
  if (!record) return { name, historic: false, hidden: false, gone: true }
  const { historic, hidden } = recordMarks(record)
  return { name, historic, hidden, gone: false }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
