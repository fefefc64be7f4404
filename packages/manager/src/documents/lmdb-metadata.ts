import { type JsonObject, parseJson, stringifyJson } from "@metricq/client"
import type { Database } from "lmdb"
import { flatten, type LayeredMetadata, layersOf, type StoredLayers } from "../metrics/layers.js"
import { type MetadataChange, type MetadataOrigin, metadataChange } from "../metrics/metadata-change.js"
import { checkId, checkSize, isStorable } from "./document-limits.js"
import { HISTORY, isRestorable } from "./metadata-limits.js"
import { nextRecord, recordBody, recordMarks } from "./record.js"
import type { DeletedMetadata, MetadataDecision, MetricChange } from "./store.js"

/** Changes removed by one write at most; more wait for the next. */
const PRUNE = 100

/** The databases that metadata is kept in. All but the first hold JSON as text. */
export interface MetadataDatabases {
  /** The documents that everybody reads. */
  readonly documents: Database<Buffer, string>
  /** What stands beside the documents of metrics that have an overlay. */
  readonly layers: Database<string, string>
  /** Changes by metric and stamp. */
  readonly history: Database<string, [string, number]>
  readonly deleted: Database<string, string>
}

/** Where the history keeps the stamp that was given last; no metric has this name. */
const LAST_STAMP: [string, number] = ["", 0]

/** What a batch of changes has come to. */
export interface ChangedMetadata {
  /** The metrics whose document or overlay is another. */
  readonly names: string[]
  /** Those whose document was written. */
  readonly documents: MetricChange[]
}

/** A metric as it will be. */
interface Outcome {
  readonly name: string
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
  /** Its document; undefined if that stays as it is. */
  readonly record?: Buffer
  /** Its layers as text, "" for none; undefined if they stay as they are. */
  readonly layers?: string
  /** What it was, if it goes. */
  readonly deleted?: LayeredMetadata
}

/**
 * Metadata in LMDB: the merged document, which every client reads, what is under its overlay, its history, and what was deleted.
 *
 * `change` and `purge` are to be called inside a write transaction.
 */
export class LmdbMetadata {
  readonly #databases: MetadataDatabases
  #lastStamp: number

  constructor(databases: MetadataDatabases) {
    this.#databases = databases
    this.#lastStamp = Number(databases.history.get(LAST_STAMP) ?? 0)
  }

  layers(name: string): LayeredMetadata | undefined {
    const record = isStorable(name) ? this.#databases.documents.getBinaryFast(name) : undefined
    return record && layersOf(recordBody(record), this.#stored(name))
  }

  /** Everything is decided before anything is written: a callback that throws leaves all as it was. Names must not repeat. */
  change(names: readonly string[], origin: MetadataOrigin, decide: MetadataDecision): ChangedMetadata {
    const now = Date.now()
    const outcomes: Outcome[] = []
    for (const name of names) {
      checkId(name)
      const outcome = this.#outcome(name, origin, decide, now)
      if (outcome) outcomes.push(outcome)
    }
    if (outcomes.length > 0) {
      const time = new Date(now).toISOString()
      for (const outcome of outcomes) this.#write(outcome, origin, time)
      this.#noteAll(outcomes, origin, time, this.#nextStamp(now))
    }
    const written = outcomes.filter(({ record, after }) => record !== undefined || after === undefined)
    return { names: outcomes.map(({ name }) => name), documents: written.map(changeOf) }
  }

  #outcome(name: string, { action }: MetadataOrigin, decide: MetadataDecision, now: number): Outcome | undefined {
    const previous = this.#databases.documents.get(name)
    const before = previous && recordBody(previous)
    const storedText = before && this.#databases.layers.get(name)
    const current = before && layersOf(before, parsed<StoredLayers>(storedText))
    const next = decide(name, current, () => this.deleted(name, now))
    if (next === undefined) return undefined
    if (next === null) return current && { name, before, after: undefined, deleted: current }
    const { document, stored } = flatten(next)
    const record = nextRecord(document, previous)
    if (record) checkSize(name, record)
    const layers = stored ? stringifyJson({ ...stored }) : ""
    const isLayered = layers !== (storedText ?? "")
    if (!record && !isLayered && action !== "restore") return undefined
    return { name, before, after: document, ...(record && { record }), ...(isLayered && { layers }) }
  }

  #write(outcome: Outcome, origin: MetadataOrigin, time: string): void {
    const { name, record, layers, deleted } = outcome
    const { documents } = this.#databases
    if (record) documents.put(name, record)
    if (layers) this.#databases.layers.put(name, layers)
    else if (layers === "" || deleted) this.#databases.layers.remove(name)
    if (deleted) {
      documents.remove(name)
      const { author, by } = origin
      this.#databases.deleted.put(name, stringifyJson({ time, author, ...(by !== undefined && { by }), ...deleted }))
    } else if (origin.action === "restore") this.#databases.deleted.remove(name)
  }

  /** Notes changes of one batch. Those of first declarations are all the same. */
  #noteAll(outcomes: readonly Outcome[], origin: MetadataOrigin, time: string, stamp: number): void {
    let firstDeclaration: string | undefined
    for (const { name, before, after, record, deleted } of outcomes) {
      const isFirst = before === undefined && origin.action === "declare"
      const text = (isFirst ? firstDeclaration : undefined) ?? changeText(before, after, origin, time)
      if (text === undefined) continue
      if (isFirst) firstDeclaration = text
      this.#databases.history.put([name, stamp], text)
      // A document written fewer times than that has no more changes than that, unless it was deleted before.
      if (deleted || (record && record.readUInt32BE(2) > HISTORY)) this.#prune(name)
    }
  }

  /** The newest changes first. */
  history(name: string, limit: number): MetadataChange[] {
    if (!isStorable(name)) return []
    const range = this.#databases.history.getRange({ ...newestFirst(name), limit: Math.min(limit, HISTORY) })
    return Array.from(range, ({ value }) => parseJson(value) as unknown as MetadataChange)
  }

  /** What was deleted under this name and can be restored still. */
  deleted(name: string, now = Date.now()): DeletedMetadata | undefined {
    const found = isStorable(name) ? parsed<DeletedMetadata>(this.#databases.deleted.get(name)) : undefined
    return found && isRestorable(found, now) ? found : undefined
  }

  /** Up to `limit` deleted metrics behind `after`, those that cannot be restored any more included. */
  deletedBatch(after: string | undefined, limit: number): { name: string; deleted: DeletedMetadata }[] {
    const from = after === undefined ? {} : { start: after, exclusiveStart: true }
    const range = this.#databases.deleted.getRange({ ...from, limit })
    return Array.from(range, ({ key, value }) => ({ name: key, deleted: parsed<DeletedMetadata>(value)! }))
  }

  /** How many deleted metrics are kept. */
  get deletedCount(): number {
    return (this.#databases.deleted.getStats() as { entryCount: number }).entryCount
  }

  /** Forget metrics that were deleted at these times for good; of those that are not there again also their changes. */
  purge(metrics: readonly { readonly name: string; readonly time: string }[]): void {
    const { deleted, documents, history } = this.#databases
    for (const { name, time } of metrics) {
      if (parsed<DeletedMetadata>(deleted.get(name))?.time !== time) continue // restored, or deleted once more
      deleted.remove(name)
      if (documents.doesExist(name)) continue
      for (const key of Array.from(history.getKeys(newestFirst(name)))) history.remove(key)
    }
  }

  #prune(name: string): void {
    const { history } = this.#databases
    const old = history.getKeys({ ...newestFirst(name), offset: HISTORY, limit: PRUNE })
    for (const key of Array.from(old)) history.remove(key)
  }

  #stored(name: string): StoredLayers | undefined {
    return parsed<StoredLayers>(this.#databases.layers.get(name))
  }

  /** Of two batches the later one has the higher stamp, even within a millisecond, after a restart, and when the clock was set back. */
  #nextStamp(now: number): number {
    this.#lastStamp = Math.max(now, this.#lastStamp + 1)
    this.#databases.history.put(LAST_STAMP, String(this.#lastStamp))
    return this.#lastStamp
  }
}

function changeText(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  origin: MetadataOrigin,
  time: string,
): string | undefined {
  const change = metadataChange(before, after, origin, time)
  return change && stringifyJson(change)
}

function newestFirst(name: string): { start: [string, number]; end: [string, number]; reverse: true } {
  return { start: [name, Number.MAX_SAFE_INTEGER], end: [name, 0], reverse: true }
}

function parsed<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (parseJson(text) as unknown as T)
}

function changeOf({ name, record }: Outcome): MetricChange {
  if (!record) return { name, historic: false, hidden: false, gone: true }
  return { name, ...recordMarks(record), gone: false }
}
