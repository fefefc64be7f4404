import { createHash } from "node:crypto"

type Json = Record<string, unknown>

/** A document as it is kept: its newest revision alone. */
interface Leaf {
  readonly rev: string
  readonly deleted: boolean
  readonly body: Json
  readonly sequence: number
}

/** What a request is refused with. */
export class CouchRefusal extends Error {
  readonly status: number
  readonly error: string

  constructor(status: number, error: string, reason: string) {
    super(reason)
    this.status = status
    this.error = error
  }
}

/** Query of `_all_docs`, decoded. */
export interface AllDocsQuery {
  readonly keys?: readonly string[]
  readonly startkey?: string
  readonly endkey?: string
  readonly limit?: number
  readonly skip?: number
  readonly descending?: boolean
  readonly include_docs?: boolean
}

/** One database of the test kit's CouchDB, in memory: documents with revisions, their list, and their changes. */
export class CouchStore {
  readonly #leaves = new Map<string, Leaf>()
  readonly #waiting = new Set<() => void>()
  #sequence = 0

  /** Where its changes are at, as CouchDB 3 writes it. */
  get sequence(): string {
    return `${this.#sequence}-g1AAAA`
  }

  /** A document with `_id` and `_rev`. @throws {CouchRefusal} 404 */
  get(id: string): Json {
    const leaf = this.#leaves.get(id)
    if (!leaf || leaf.deleted) throw new CouchRefusal(404, "not_found", leaf ? "deleted" : "missing")
    return documentOf(id, leaf)
  }

  /** Write one; its new revision. @throws {CouchRefusal} 409, or 400 for what cannot be a document */
  put(id: string, { _id, _rev, _deleted, ...body }: Json): string {
    if (id.startsWith("_") && !/^_(design|local)\/./.test(id)) {
      throw new CouchRefusal(400, "bad_request", "Only reserved document ids may start with underscore.")
    }
    const odd = Object.keys(body).find((key) => key.startsWith("_"))
    if (odd !== undefined) throw new CouchRefusal(400, "doc_validation", `Bad special document member: ${odd}`)
    const leaf = this.#leaves.get(id)
    const isFree = leaf === undefined || leaf.deleted
    if (_rev === undefined ? !isFree : _rev !== leaf?.rev) {
      throw new CouchRefusal(409, "conflict", "Document update conflict.")
    }
    const deleted = _deleted === true
    const hash = createHash("md5")
      .update(JSON.stringify([leaf?.rev, deleted, body]))
      .digest("hex")
    const rev = `${Number.parseInt(leaf?.rev ?? "0", 10) + 1}-${hash}`
    this.#leaves.delete(id)
    this.#leaves.set(id, { rev, deleted, body, sequence: ++this.#sequence })
    for (const wake of this.#waiting) wake()
    return rev
  }

  /** `_bulk_docs`: each by itself. */
  bulk(documents: readonly Json[]): Json[] {
    return documents.map((document) => {
      const id = String(document._id)
      try {
        return { ok: true, id, rev: this.put(id, document) }
      } catch (error) {
        if (!(error instanceof CouchRefusal)) throw error
        return { id, error: error.error, reason: error.message }
      }
    })
  }

  /** `_all_docs`: in the order of the bytes of ids. */
  allDocs(query: AllDocsQuery): Json {
    const { keys, startkey, endkey, limit = Number.POSITIVE_INFINITY, skip = 0, descending = false } = query
    const total = [...this.#leaves.values()].filter(({ deleted }) => !deleted).length
    if (keys) return { total_rows: total, rows: keys.map((key) => this.#row(key, query)) }
    const ids = [...this.#leaves].filter(([, { deleted }]) => !deleted).map(([id]) => id)
    ids.sort((a, b) => (descending ? compare(b, a) : compare(a, b)))
    const [low, high] = descending ? [endkey, startkey] : [startkey, endkey]
    const inside = ids.filter(
      (id) => (low === undefined || compare(id, low) >= 0) && (high === undefined || compare(id, high) <= 0),
    )
    return { total_rows: total, offset: 0, rows: inside.slice(skip, skip + limit).map((id) => this.#row(id, query)) }
  }

  #row(key: string, { include_docs }: AllDocsQuery): Json {
    const leaf = this.#leaves.get(key)
    if (!leaf) return { key, error: "not_found" }
    const value = { rev: leaf.rev, ...(leaf.deleted && { deleted: true }) }
    return { id: key, key, value, ...(include_docs && { doc: leaf.deleted ? null : documentOf(key, leaf) }) }
  }

  /** Changes after a sequence, the newest of each document. */
  changes(since: string, limit: number, includeDocs: boolean): { results: Json[]; last_seq: string } {
    if (since === "now") return { results: [], last_seq: this.sequence }
    const from = Number.parseInt(since, 10)
    const later = [...this.#leaves].filter(([, { sequence }]) => sequence > from).slice(0, limit)
    const results = later.map(([id, leaf]) => ({
      ...{ seq: `${leaf.sequence}-g1AAAA`, id, changes: [{ rev: leaf.rev }], ...(leaf.deleted && { deleted: true }) },
      ...(includeDocs && { doc: leaf.deleted ? { _id: id, _rev: leaf.rev, _deleted: true } : documentOf(id, leaf) }),
    }))
    return { results, last_seq: (results.at(-1)?.seq as string | undefined) ?? this.sequence }
  }

  /** Resolves at the next write, or when the signal is aborted. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener("abort", wake, { once: true })
      if (signal.aborted) wake()
    })
  }
}

function documentOf(id: string, { rev, body }: Leaf): Json {
  return { _id: id, _rev: rev, ...body }
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
