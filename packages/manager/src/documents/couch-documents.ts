import { consoleLogger, type JsonObject, type Logger } from "@metricq/client"
import type { LayeredMetadata } from "../metrics/layers.js"
import type { MetadataChange, MetadataOrigin } from "../metrics/metadata-change.js"
import { type CouchLogin, couchAddress } from "./couch-address.js"
import { CouchConfigs } from "./couch-configs.js"
import { type CouchChange, CouchDatabase, generationOf } from "./couch-database.js"
import { CouchFeed } from "./couch-feed.js"
import { checkCouchId, isCouchId } from "./couch-limits.js"
import { CouchMetadata } from "./couch-metadata.js"
import { BATCH, CouchRecords, type WrittenDocument } from "./couch-records.js"
import { CouchServer } from "./couch-server.js"
import { StorageError } from "./errors.js"
import { isRestorable } from "./metadata-limits.js"
import { Purge } from "./purge.js"
import { Serial } from "./serial.js"
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

/** Metadata read at once when the index of metrics is built. */
const MARK_BATCH = 2000
/** Configurations taken at once from the changes: they can be large. */
const CONFIG_CHANGES = 20
/** Metrics of which it is remembered how far we have written them, until that comes back as a change. */
const MAX_WRITTEN = 100_000

/** Longest wait for writes under way when the documents are closed. */
const CLOSE_MS = 1000

/** How to reach a CouchDB, besides its address. */
export interface CouchOptions extends CouchLogin {
  /** Put before the names of the databases, to try something out beside those of a network. Default: nothing. */
  readonly databasePrefix?: string
  /** Longest wait for an answer, in ms. Default: 10 s. */
  readonly timeoutMs?: number
  /** Default: warnings and errors on standard error. */
  readonly logger?: Logger
}

/**
 * Open the documents in the CouchDB at `http[s]://[user:password@]host[:port]/`: configurations and metadata in the databases `config` and
 * `metadata`, as the original's manager and wizard have them, and what we keep besides in the database `metricq`. They are made where they are
 * not there. It stays open while the CouchDB is away: then calls reject with a `StorageError`.
 *
 * @throws {StorageError} as `CouchServer.request`; `couchdb-url`
 */
export async function openCouchDocuments(url: string, options: CouchOptions = {}): Promise<DocumentStore> {
  const { databasePrefix = "", timeoutMs, logger = consoleLogger("warn") } = options
  const server = new CouchServer(couchAddress(url, options), timeoutMs)
  const database = (name: string) => new CouchDatabase(server, databasePrefix + name)
  const databases = { config: database("config"), metadata: database("metadata"), own: database("metricq") }
  for (const each of [databases.config, databases.metadata, databases.own]) await each.create()
  return new CouchDocuments(server, databases, await databases.metadata.lastSequence(), logger)
}

interface Databases {
  readonly config: CouchDatabase
  readonly metadata: CouchDatabase
  readonly own: CouchDatabase
}

class CouchDocuments implements DocumentStore {
  readonly #server: CouchServer
  readonly #serials = { metadata: new Serial(), clients: new Serial(), labels: new Serial(), queues: new Serial() }
  readonly #records: Record<DatabaseName, CouchRecords>
  readonly #database: CouchDatabase
  readonly #configs: CouchConfigs
  readonly #metadata: CouchMetadata
  readonly #purge: Purge
  readonly #feeds: CouchFeed[]
  readonly #listeners = new Set<(changes: readonly MetricChange[]) => void>()
  readonly #written = new Map<string, number>()
  #closed: Promise<void> | undefined

  constructor(server: CouchServer, { config, metadata, own }: Databases, since: string, logger: Logger) {
    this.#server = server
    this.#database = metadata
    const { metadata: writing } = this.#serials
    const owned = (name: "clients" | "labels" | "queues", prefix: string) =>
      new CouchRecords(own, prefix, this.#serials[name])
    this.#records = {
      metadata: new CouchRecords(metadata, "", writing),
      clients: owned("clients", "client:"),
      labels: owned("labels", "label:"),
      queues: owned("queues", "queue:"),
    }
    this.#configs = new CouchConfigs(config, own)
    this.#metadata = new CouchMetadata(metadata, own, writing)
    this.#purge = new Purge(this.#metadata, async (action) => action())
    const onMetadata = (changes: readonly CouchChange[]) => this.#onMetadata(changes)
    const onConfigs = (changes: readonly CouchChange[]) => this.#configs.noticed(changes)
    this.#feeds = [
      new CouchFeed({ database: metadata, since, limit: MARK_BATCH, onChanges: onMetadata, logger }),
      new CouchFeed({ database: config, since: "0", limit: CONFIG_CHANGES, onChanges: onConfigs, logger }),
    ]
    for (const feed of this.#feeds) feed.start()
  }

  async getMany(database: DatabaseName, ids: readonly string[]): Promise<(StoredDocument | undefined)[]> {
    const found: (StoredDocument | undefined)[] = []
    for (let at = 0; at < ids.length; at += BATCH) {
      this.#checkOpen()
      found.push(...(await this.#records[database].getMany(ids.slice(at, at + BATCH))))
    }
    return found
  }

  async *range(database: DatabaseName, range: DocumentRange = {}): AsyncIterable<StoredDocument[]> {
    this.#checkOpen()
    yield* this.#records[database].range(range)
  }

  async update(database: DatabaseName, ids: readonly string[], change: DocumentChange): Promise<number> {
    let count = 0
    for (let at = 0; at < ids.length; at += BATCH) {
      this.#checkOpen()
      const written = await this.#records[database].update(ids.slice(at, at + BATCH), change)
      count += written.length
      if (database === "metadata") this.#tellWritten(written)
    }
    return count
  }

  async changeMetadata(names: readonly string[], origin: MetadataOrigin, decide: MetadataDecision): Promise<string[]> {
    const unique = [...new Set(names)]
    const changed: string[] = []
    for (let at = 0; at < unique.length; at += BATCH) {
      this.#checkOpen()
      const { names, documents } = await this.#metadata.change(unique.slice(at, at + BATCH), origin, decide)
      changed.push(...names)
      this.#tellWritten(documents)
    }
    if (origin.action === "delete") await this.#purge.runIfDue()
    return changed
  }

  async metadataLayers(names: readonly string[]): Promise<(LayeredMetadata | undefined)[]> {
    const found: (LayeredMetadata | undefined)[] = []
    for (let at = 0; at < names.length; at += BATCH) {
      this.#checkOpen()
      const part = names.slice(at, at + BATCH)
      const asked = part.filter(isCouchId)
      const layers = new Map((await this.#metadata.layers(asked)).map((each, at) => [asked[at]!, each]))
      for (const name of part) found.push(layers.get(name))
    }
    return found
  }

  async metadataHistory(name: string, limit: number): Promise<MetadataChange[]> {
    this.#checkOpen()
    return isCouchId(name) ? this.#metadata.history(name, limit) : []
  }

  async *deletedMetadata(after?: string): AsyncIterable<{ name: string; deleted: DeletedMetadata }[]> {
    for (let past = after; ; ) {
      this.#checkOpen()
      const batch = await this.#metadata.deletedBatch(past, BATCH)
      const now = Date.now()
      yield batch.filter(({ deleted }) => isRestorable(deleted, now))
      if (batch.length < BATCH) return
      past = batch.at(-1)?.name
    }
  }

  async config(token: string): Promise<ConfigVersion | undefined> {
    this.#checkOpen()
    return isCouchId(token) ? this.#configs.get(token) : undefined
  }

  async configs(): Promise<ConfigVersion[]> {
    this.#checkOpen()
    return this.#configs.all()
  }

  async putConfig(token: string, config: JsonObject, write: ConfigWrite): Promise<ConfigVersion> {
    this.#checkOpen()
    checkCouchId(token)
    return this.#configs.put(token, config, write)
  }

  async deleteConfig(token: string, write: ConfigWrite): Promise<ConfigVersion | undefined> {
    this.#checkOpen()
    return isCouchId(token) ? this.#configs.remove(token, write) : undefined
  }

  async configVersions(token: string, { before = 2 ** 32, limit = 100 } = {}): Promise<ConfigVersion[]> {
    this.#checkOpen()
    return isCouchId(token) ? this.#configs.versions(token, before, limit) : []
  }

  async configVersion(token: string, version: number): Promise<ConfigVersion | undefined> {
    this.#checkOpen()
    return isCouchId(token) ? this.#configs.version(token, version) : undefined
  }

  async configTokens(): Promise<string[]> {
    this.#checkOpen()
    return this.#configs.tokens()
  }

  async pruneConfig(token: string, limits: VersionLimits): Promise<number> {
    this.#checkOpen()
    return isCouchId(token) ? this.#configs.prune(token, limits) : 0
  }

  async *metricMarks(): AsyncIterable<MetricMark[]> {
    this.#checkOpen()
    for await (const batch of this.#database.pages(undefined, undefined, MARK_BATCH)) {
      yield batch.map(({ id, body }) => ({ name: id, ...marksOf(body) }))
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
    const idle = [...Object.values(this.#serials).map((serial) => serial.idle()), this.#configs.idle()]
    const late = setTimeout(() => this.#server.close(), CLOSE_MS)
    await Promise.all(this.#feeds.map((feed) => feed.stop()))
    await Promise.all(idle)
    clearTimeout(late)
    this.#server.close()
  }

  /** Tell what we have written ourselves, and remember it: a change that was on its way to us before it says less. */
  #tellWritten(documents: readonly WrittenDocument[]): void {
    if (documents.length === 0) return
    for (const { name, revision } of documents) {
      if (this.#written.size >= MAX_WRITTEN) this.#written.delete(this.#written.keys().next().value!)
      this.#written.set(name, generationOf(revision))
    }
    this.#tell(documents.map(({ name, body }) => changeOf(name, body)))
  }

  /** What has changed in the database, our own writes among it. */
  #onMetadata(changes: readonly CouchChange[]): void {
    const told: MetricChange[] = []
    for (const { id, revision, body } of changes) {
      const written = this.#written.get(id)
      const generation = generationOf(revision)
      if (written !== undefined && generation >= written) this.#written.delete(id)
      if (written === undefined || generation > written) told.push(changeOf(id, body ?? null))
    }
    if (told.length > 0) this.#tell(told)
  }

  #tell(changes: readonly MetricChange[]): void {
    for (const tell of this.#listeners) tell(changes)
  }

  #checkOpen(): void {
    if (this.#closed) throw new StorageError("closed", `the documents in ${this.#server.url} are closed`)
  }
}

function changeOf(name: string, body: JsonObject | null): MetricChange {
  return body ? { name, ...marksOf(body), gone: false } : { name, historic: false, hidden: false, gone: true }
}

function marksOf({ historic, hidden }: JsonObject): { historic: boolean; hidden: boolean } {
  return { historic: historic === true, hidden: hidden === true }
}
