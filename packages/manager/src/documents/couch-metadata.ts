import type { JsonObject } from "@metricq/client"
import type { LayeredMetadata } from "../metrics/layers.js"
import type { MetadataChange, MetadataOrigin } from "../metrics/metadata-change.js"
import { AFTER_ALL, beforeAttempt, type CouchDatabase, type CouchDocument, type CouchWrite } from "./couch-database.js"
import { checkCouchId } from "./couch-limits.js"
import { type Beside, currentLayers, type Known, type Outcome, outcomeOf, withoutChange } from "./couch-outcome.js"
import type { Serial } from "./serial.js"
import type { DeletedMetadata, MetadataDecision } from "./store.js"

/** Documents read or removed at once. */
const BATCH = 500

/** What a batch of changes has come to: metrics whose document or overlay is another, and the documents that were written. */
export interface CouchMetadataChanges {
  readonly names: string[]
  readonly documents: { name: string; revision: string; body: JsonObject | null }[]
}

/**
 * Metadata in the database `metadata`, which all managers and the wizard share, and what we keep beside it in a database of ours: overlays,
 * history, and what was deleted.
 *
 * There is no transaction over both. What is beside is written first and only added to, then the document, then what is not needed beside any
 * more is taken away. So whatever breaks off in between, neither layer of a metric is lost.
 */
export class CouchMetadata {
  readonly #documents: CouchDatabase
  readonly #own: CouchDatabase
  readonly #writing: Serial
  #lastMs = 0

  /** `writing` is shared by all who write to `metadata`. */
  constructor(documents: CouchDatabase, own: CouchDatabase, writing: Serial) {
    this.#documents = documents
    this.#own = own
    this.#writing = writing
  }

  /** How many are deleted takes a walk over all to know; that is taken at most once an hour. */
  readonly deletedCount = 0

  async layers(names: readonly string[]): Promise<(LayeredMetadata | undefined)[]> {
    const [documents, beside] = await Promise.all([
      this.#documents.getMany(names),
      this.#own.getMany(names.map(besideId)),
    ])
    return documents.map((document, at) => document && currentLayers(document.body, besideOf(beside[at])))
  }

  /** Everything is decided before anything is written: a callback that throws leaves all as it was. Names must not repeat. */
  change(names: readonly string[], origin: MetadataOrigin, decide: MetadataDecision): Promise<CouchMetadataChanges> {
    for (const name of names) checkCouchId(name)
    return this.#writing.run(async () => {
      this.#lastMs = Math.max(Date.now(), this.#lastMs + 1)
      const time = new Date(this.#lastMs).toISOString()
      const changes: CouchMetadataChanges = { names: [], documents: [] }
      let pending = await this.#read(names)
      for (let attempt = 0; pending.length > 0; attempt++) {
        await beforeAttempt(attempt, `the metadata of ${pending[0]!.name}`)
        if (attempt > 0) await this.#readAgain(pending, time)
        const outcomes = pending.map((known) => outcomeOf(known, origin, decide, time, attempt > 0))
        pending = await this.#write(
          outcomes.filter((outcome) => outcome !== undefined),
          origin,
          changes,
        )
      }
      return changes
    })
  }

  async #read(names: readonly string[]): Promise<Known[]> {
    const [documents, beside] = await Promise.all([
      this.#documents.getMany(names),
      this.#own.getMany([...names.map(besideId), ...names.map(deletedId)]),
    ])
    return names.map((name, at) => {
      const [own, deleted] = [beside[at], beside[names.length + at]]
      return {
        ...{ name, document: documents[at], beside: besideOf(own), besideRevision: own?.revision },
        ...{ deleted: deleted?.body as unknown as DeletedMetadata, deletedRevision: deleted?.revision },
        isStale: false,
      }
    })
  }

  /** What is beside stays what it was before this change, but where somebody else has written that. */
  async #readAgain(
    pending: readonly Known[],
    time: string,
    stale = pending.filter(({ isStale }) => isStale),
  ): Promise<void> {
    const documents = await this.#documents.getMany(pending.map(({ name }) => name))
    for (const [at, known] of pending.entries()) known.document = documents[at]
    const fresh = await this.#read(stale.map(({ name }) => name))
    for (const [at, known] of stale.entries()) {
      Object.assign(known, fresh[at])
      known.beside &&= withoutChange(known.beside, time)
    }
  }

  /** Those whose document somebody else has written meanwhile. */
  async #write(outcomes: readonly Outcome[], origin: MetadataOrigin, changes: CouchMetadataChanges): Promise<Known[]> {
    await this.#writeBeside(outcomes)
    const documents = outcomes.filter(({ known, body }) => body !== undefined && !known.isStale)
    const revisions = await this.#documents.write(
      documents.map(({ known: { name, document }, body }) => ({ id: name, revision: document?.revision, body: body! })),
    )
    const pending = new Set(outcomes.map(({ known }) => known).filter(({ isStale }) => isStale))
    for (const [at, { known, body }] of documents.entries()) {
      const revision = revisions[at]
      if (revision === undefined) pending.add(known)
      else changes.documents.push({ name: known.name, revision, body: body! })
    }
    const done = outcomes.filter(({ known }) => !pending.has(known))
    for (const { known, isChange } of done) if (isChange) changes.names.push(known.name)
    await this.#cleanUp(done, origin)
    return [...pending]
  }

  /** Also of what turned out not to change after all: then it is as it was. */
  async #writeBeside(outcomes: readonly Outcome[]): Promise<void> {
    const writes: (CouchWrite & { readonly known: Known; readonly key: "besideRevision" | "deletedRevision" })[] = []
    for (const { known, beside, deleted } of outcomes) {
      const { name, besideRevision, deletedRevision } = known
      if (beside) {
        writes.push({
          known,
          key: "besideRevision",
          id: besideId(name),
          revision: besideRevision,
          body: bodyOf(beside),
        })
      }
      if (deleted) {
        const body = { ...deleted }
        writes.push({ known, key: "deletedRevision", id: deletedId(name), revision: deletedRevision, body })
      }
    }
    const revisions = await this.#own.write(writes)
    for (const [at, { known, key }] of writes.entries()) {
      if (revisions[at] === undefined) known.isStale = true
      else known[key] = revisions[at]
    }
  }

  /** What is left over is harmless, so a failure here does not make one of the change. */
  async #cleanUp(outcomes: readonly Outcome[], { action }: MetadataOrigin): Promise<void> {
    const writes: CouchWrite[] = []
    for (const { known, body, beside, deleted } of outcomes) {
      const { name, besideRevision, deletedRevision } = known
      if (deleted && beside?.overlay) {
        writes.push({ id: besideId(name), revision: besideRevision, body: bodyOf({ history: beside.history }) })
      }
      if (action === "restore" && body !== null && deletedRevision !== undefined) {
        writes.push({ id: deletedId(name), revision: deletedRevision, body: null })
      }
    }
    await this.#own.write(writes).catch(() => {})
  }

  /** The newest changes first. */
  async history(name: string, limit: number): Promise<MetadataChange[]> {
    const [beside] = await this.#own.getMany([besideId(name)])
    return (besideOf(beside)?.history ?? []).slice(0, limit)
  }

  /** Deleted metrics behind `after`, those that cannot be restored any more included. */
  async deletedBatch(after: string | undefined, limit: number): Promise<{ name: string; deleted: DeletedMetadata }[]> {
    const start = after === undefined ? DELETED : `${deletedId(after)}\0`
    const { documents } = await this.#own.page({ start, end: DELETED + AFTER_ALL, limit })
    return documents.map(({ id, body }) => ({
      name: id.slice(DELETED.length),
      deleted: body as unknown as DeletedMetadata,
    }))
  }

  /** Forget metrics that were deleted at these times for good; of those that are not there again also their changes. */
  purge(metrics: readonly { readonly name: string; readonly time: string }[]): Promise<void> {
    return this.#writing.run(async () => {
      const times = new Map(metrics.map(({ name, time }) => [name, time]))
      const gone = (await this.#read([...times.keys()])).filter(
        ({ name, deleted }) => deleted?.time === times.get(name),
      )
      const writes: CouchWrite[] = []
      for (const { name, document, besideRevision, deletedRevision } of gone) {
        writes.push({ id: deletedId(name), revision: deletedRevision, body: null })
        if (!document && besideRevision) writes.push({ id: besideId(name), revision: besideRevision, body: null })
      }
      for (let at = 0; at < writes.length; at += BATCH) await this.#own.write(writes.slice(at, at + BATCH))
    })
  }
}

const DELETED = "deleted:"

function besideId(name: string): string {
  return `metric:${name}`
}

function deletedId(name: string): string {
  return `${DELETED}${name}`
}

function bodyOf(beside: Beside): JsonObject {
  return { ...beside } as unknown as JsonObject
}

function besideOf(document: CouchDocument | undefined): Beside | undefined {
  return document?.body as unknown as Beside | undefined
}
