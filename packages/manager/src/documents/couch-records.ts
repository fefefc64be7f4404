import { type JsonObject, stringifyJson } from "@metricq/client"
import { AFTER_ALL, beforeAttempt, type CouchDatabase, type CouchDocument } from "./couch-database.js"
import { checkBody, checkCouchId, isCouchId } from "./couch-limits.js"
import type { Serial } from "./serial.js"
import type { DocumentChange, DocumentRange, StoredDocument } from "./store.js"

/** Documents read or written at once. */
export const BATCH = 500

/** Documents written by an update. */
export type WrittenDocument = { name: string; revision: string; body: JsonObject | null }

/**
 * Documents of one kind in a database of a CouchDB: as they are, or, with a `prefix`, beside those of other kinds, each inside of a document
 * of ours, so that neither ids nor keys clash with those of CouchDB.
 */
export class CouchRecords {
  readonly #database: CouchDatabase
  readonly #prefix: string
  readonly #writing: Serial

  /** `writing` is shared by all who write to these documents. */
  constructor(database: CouchDatabase, prefix: string, writing: Serial) {
    this.#database = database
    this.#prefix = prefix
    this.#writing = writing
  }

  /** In the order of ids; undefined where there is none. */
  async getMany(ids: readonly string[]): Promise<(StoredDocument | undefined)[]> {
    const asked = ids.filter((id) => isCouchId(this.#prefix + id) && id !== "")
    const found = new Map<string, CouchDocument>()
    for (const document of await this.#read(asked)) if (document) found.set(document.id, document)
    return ids.map((id) => {
      const document = found.get(this.#prefix + id)
      return document && this.#storedOf(document)
    })
  }

  #read(ids: readonly string[]): Promise<(CouchDocument | undefined)[]> {
    return this.#database.getMany(ids.map((id) => this.#prefix + id))
  }

  /** In batches, in the order of ids. */
  async *range({
    prefix = "",
    after,
    limit = Number.POSITIVE_INFINITY,
  }: DocumentRange): AsyncIterable<StoredDocument[]> {
    const past = after !== undefined && after >= prefix ? `${after}\0` : prefix
    let left = limit
    if (left <= 0) return
    const [start, end] = [this.#prefix + past, this.#prefix + prefix + AFTER_ALL]
    if (start > end) return
    for await (const batch of this.#database.pages(start, end, Math.min(left, BATCH))) {
      const part = batch.slice(0, left)
      yield part.map((document) => this.#storedOf(document))
      left -= part.length
      if (left <= 0) return
    }
  }

  /** Change a batch. All changes are computed before the first is written; those that others were faster at are computed again. */
  update(ids: readonly string[], change: DocumentChange): Promise<WrittenDocument[]> {
    for (const id of ids) {
      if (id === "") checkCouchId(id)
      checkCouchId(this.#prefix + id)
    }
    return this.#writing.run(async () => {
      const written: WrittenDocument[] = []
      let pending = ids
      for (let attempt = 0; pending.length > 0; attempt++) {
        await beforeAttempt(attempt, `"${pending[0]}"`)
        const busy = await this.#updateOnce(pending, change, written)
        pending = pending.filter((id) => busy.has(id))
      }
      return written
    })
  }

  /** The ids that somebody else was faster at. */
  async #updateOnce(
    ids: readonly string[],
    change: DocumentChange,
    written: WrittenDocument[],
  ): Promise<ReadonlySet<string>> {
    const unique = [...new Set(ids)]
    const documents = await this.#read(unique)
    const before = new Map(unique.map((id, at) => [id, documents[at]]))
    const after = new Map<string, JsonObject | null>()
    for (const id of ids) {
      const stored = before.get(id)
      const current = after.has(id) ? after.get(id) : stored && this.#bodyOf(stored)
      const body = change(id, current ? copyOf(current) : undefined)
      if (body === undefined || (body === null && !current)) continue
      if (body) checkBody(id, body)
      if (body === null || !current || stringifyJson(body) !== stringifyJson(current)) after.set(id, body)
    }
    const changed = [...after].filter(([id, body]) => body !== null || before.get(id))
    const revisions = await this.#database.write(
      changed.map(([id, body]) => ({
        ...{ id: this.#prefix + id, revision: before.get(id)?.revision },
        body: body && this.#wrapped(body),
      })),
    )
    const busy = new Set<string>()
    for (const [at, [name, body]] of changed.entries()) {
      const revision = revisions[at]
      if (revision === undefined) busy.add(name)
      else written.push({ name, revision, body })
    }
    return busy
  }

  #wrapped(body: JsonObject): JsonObject {
    return this.#prefix === "" ? body : { body }
  }

  #bodyOf({ body }: CouchDocument): JsonObject {
    return this.#prefix === "" ? body : (body.body as JsonObject)
  }

  #storedOf(document: CouchDocument): StoredDocument {
    const body = this.#bodyOf(document)
    const { id, revision } = document
    return { id: id.slice(this.#prefix.length), revision, body, sizeBytes: Buffer.byteLength(stringifyJson(body)) }
  }
}

function copyOf(body: JsonObject): JsonObject {
  return JSON.parse(stringifyJson(body)) as JsonObject
}
