import { setTimeout as sleep } from "node:timers/promises"
import { type JsonObject, stringifyJson } from "@metricq/client"
import type { CouchServer } from "./couch-server.js"
import { isFull } from "./couch-server.js"
import { StorageError } from "./errors.js"

/** A document of a CouchDB. `body` has neither `_id` nor `_rev`, nor anything else that begins with an underscore. */
export interface CouchDocument {
  readonly id: string
  readonly revision: string
  readonly body: JsonObject
}

/** A document to write: `revision` is the one that it replaces, undefined if there is none yet; a `body` of null deletes it. */
export interface CouchWrite {
  readonly id: string
  readonly revision: string | undefined
  readonly body: JsonObject | null
}

/** A part of a database in the order of ids, which is that of their bytes. */
export interface CouchPage {
  /** From this id on; with `descending` down from it. Default: from the end it begins at. */
  readonly start?: string
  /** Up to this one. */
  readonly end?: string
  readonly limit: number
  readonly descending?: boolean
}

/** Something that has changed in a database. */
export interface CouchChange {
  readonly id: string
  readonly revision: string
  readonly deleted: boolean
  /** Its newest body; undefined if it was deleted. */
  readonly body: JsonObject | undefined
}

/** How often a write begins again because somebody else was faster. */
const ATTEMPTS = 10
/** Longest wait before it does. */
const MAX_PAUSE_MS = 300

/**
 * Wait before an attempt to write: not before the first, longer before each that follows, until a node of a cluster that lags behind has seen
 * what the others have. @throws {StorageError} `couchdb-busy` when there were enough; `what` is said to be written all the time
 */
export async function beforeAttempt(attempt: number, what: string): Promise<void> {
  if (attempt === ATTEMPTS) {
    throw new StorageError("couchdb-busy", `${what} is written by others all the time: try again`)
  }
  if (attempt > 0) await sleep(Math.min(5 * 2 ** attempt, MAX_PAUSE_MS))
}

/** The place behind every id with the prefix. */
export const AFTER_ALL = "\u{10ffff}"

interface Row {
  readonly id?: string
  readonly doc?: JsonObject | null
  readonly error?: string
  readonly reason?: string
  readonly rev?: string
}

/** One database of a CouchDB. All methods may be called concurrently, and reject as {@link CouchServer.request}. */
export class CouchDatabase {
  readonly name: string
  readonly #server: CouchServer
  readonly #path: string

  constructor(server: CouchServer, name: string) {
    this.#server = server
    this.name = name
    this.#path = `/${encodeURIComponent(name)}`
  }

  /** Make the database if it is not there; that takes an administrator of the CouchDB. */
  async create(): Promise<void> {
    const { status } = await this.#server.request({ method: "GET", path: this.#path, also: [404] })
    if (status !== 404) return
    try {
      await this.#server.request({ method: "PUT", path: this.#path, also: [412] }) // somebody was faster
    } catch (cause) {
      if (!(cause instanceof StorageError)) throw cause
      const message = `the CouchDB at ${this.#server.url} has no database "${this.name}", and it cannot be made`
      throw new StorageError(cause.code, `${message}: ${cause.message}`, { cause })
    }
  }

  /** The documents under these ids, in their order; undefined where there is none. */
  async getMany(ids: readonly string[]): Promise<(CouchDocument | undefined)[]> {
    if (ids.length === 0) return []
    if (ids.length === 1 && !/^\.{1,2}$/.test(ids[0]!)) return [await this.#get(ids[0]!)]
    const rows = await this.#rows({
      method: "POST",
      path: `${this.#path}/_all_docs`,
      query: { include_docs: true },
      body: stringifyJson({ keys: [...ids] }),
    })
    if (rows.length !== ids.length) throw this.#odd(`${rows.length} rows for ${ids.length} ids`)
    return rows.map(({ doc }) => (doc ? documentOf(doc) : undefined))
  }

  /** In a cluster a single document is asked of several nodes, a list of one: so what was written last is seen at once. */
  async #get(id: string): Promise<CouchDocument | undefined> {
    const path = `${this.#path}/${encodeURIComponent(id)}`
    const { status, body } = await this.#server.request({ method: "GET", path, also: [404] })
    if (status !== 404) return documentOf(body)
    if (body.reason === "missing" || body.reason === "deleted") return undefined
    throw this.#missing(body)
  }

  /** The documents of a page, those of a design left out; `last` is the id it ends with if there may be more. */
  async page({ start, end, limit, descending }: CouchPage): Promise<{ documents: CouchDocument[]; last?: string }> {
    const key = (id: string | undefined) => (id === undefined ? undefined : JSON.stringify(id))
    const rows = await this.#rows({
      method: "GET",
      path: `${this.#path}/_all_docs`,
      query: { include_docs: true, limit, startkey: key(start), endkey: key(end), descending },
    })
    const documents: CouchDocument[] = []
    for (const { doc } of rows) if (doc && !String(doc._id).startsWith("_")) documents.push(documentOf(doc))
    const last = rows.length === limit ? rows.at(-1)?.id : undefined
    return { documents, ...(last !== undefined && { last }) }
  }

  /** All documents of a range in batches of at most `size`, in the order of ids. */
  async *pages(start: string | undefined, end: string | undefined, size: number): AsyncIterable<CouchDocument[]> {
    for (let from = start; ; ) {
      const { documents, last } = await this.page({ start: from, end, limit: size })
      if (documents.length > 0) yield documents
      if (last === undefined) return
      from = `${last}\0`
    }
  }

  /**
   * Write documents, each by itself. Resolves to the new revisions in their order, undefined where the document has another revision than
   * the write says.
   *
   * @throws {StorageError} also if one of them is refused for another reason; the others may be written
   */
  async write(writes: readonly CouchWrite[]): Promise<(string | undefined)[]> {
    if (writes.length === 0) return []
    const rows = await this.#rows({
      method: "POST",
      path: `${this.#path}/_bulk_docs`,
      body: `{"docs":[${writes.map(textOf).join(",")}]}`,
    })
    if (rows.length !== writes.length) throw this.#odd(`${rows.length} rows for ${writes.length} documents`)
    return rows.map((row, at) => this.#written(row, writes[at]!))
  }

  #written({ rev, error, reason }: Row, { id }: CouchWrite): string | undefined {
    if (error === undefined && rev !== undefined) return rev
    if (error === "conflict") return undefined
    const told = `${error}: ${reason}`.slice(0, 200)
    const code = isFull(told) ? "couchdb-full" : error === "forbidden" ? "couchdb-forbidden" : "couchdb-answer"
    throw new StorageError(code, `the CouchDB at ${this.#server.url} did not write "${id}" (${told})`)
  }

  /** Where its changes are at. */
  async lastSequence(): Promise<string> {
    const { body } = await this.#server.request({
      method: "GET",
      path: `${this.#path}/_changes`,
      query: { since: "now", limit: 1 },
    })
    return sequenceOf(body)
  }

  /** Changes after a sequence, at most `limit`; without any it waits for some, at most `waitMs`. */
  async changes(
    since: string,
    { limit, waitMs, signal }: { limit: number; waitMs: number; signal: AbortSignal },
  ): Promise<{ changes: CouchChange[]; since: string }> {
    const { body } = await this.#server.request({
      method: "GET",
      path: `${this.#path}/_changes`,
      query: { since, limit, timeout: waitMs, feed: "longpoll", include_docs: true },
      timeoutMs: waitMs + 15_000,
      signal,
    })
    if (!Array.isArray(body.results)) throw this.#odd("changes without results")
    const changes: CouchChange[] = []
    for (const row of body.results as unknown as { id: string; deleted?: boolean; changes: { rev: string }[] }[]) {
      const change = changeOf(row as never)
      if (change) changes.push(change)
    }
    return { changes, since: sequenceOf(body) }
  }

  async #rows(request: Parameters<CouchServer["request"]>[0]): Promise<Row[]> {
    const { body } = await this.#server.request(request)
    if (!Array.isArray(body.rows)) throw this.#odd("no rows")
    return body.rows as unknown as Row[]
  }

  #missing({ reason }: JsonObject): StorageError {
    const message = `the CouchDB at ${this.#server.url} has no database "${this.name}"`
    return new StorageError("couchdb-missing", `${message} (${String(reason).slice(0, 200)})`)
  }

  #odd(what: string): StorageError {
    return new StorageError("couchdb-answer", `the CouchDB at ${this.#server.url} answers oddly: ${what}`)
  }
}

function documentOf({ _id, _rev, ...rest }: JsonObject): CouchDocument {
  const body: JsonObject = {}
  for (const [key, value] of Object.entries(rest)) if (!key.startsWith("_")) body[key] = value
  return { id: _id as string, revision: _rev as string, body }
}

function changeOf(row: {
  id: string
  deleted?: boolean
  changes: { rev: string }[]
  doc?: JsonObject | null
}): CouchChange | undefined {
  const revision = row.changes[0]?.rev
  if (row.id.startsWith("_") || revision === undefined) return undefined
  const deleted = row.deleted === true || !row.doc
  return { id: row.id, revision, deleted, body: deleted ? undefined : documentOf(row.doc!).body }
}

function textOf({ id, revision, body }: CouchWrite): string {
  const own = { _id: id, ...(revision !== undefined && { _rev: revision }) }
  return stringifyJson(body === null ? { ...own, _deleted: true } : { ...body, ...own })
}

/** A text, a number, or, of old clusters, a list; sent back as it came. */
function sequenceOf({ last_seq }: JsonObject): string {
  return typeof last_seq === "string" ? last_seq : stringifyJson({ last_seq }).slice('{"last_seq":'.length, -1)
}

/** The count of writes in a revision. */
export function generationOf(revision: string): number {
  return Number.parseInt(revision, 10)
}
