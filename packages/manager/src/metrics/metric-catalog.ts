import { setImmediate as nextTurn } from "node:timers/promises"
import type { AnswerBudget } from "../answer-budget.js"
import type { DocumentStore, StoredDocument } from "../documents/store.js"
import { isMarked, type MarkFilter, NameIndex } from "./name-index.js"
import { literalPrefix, type Pattern } from "./pattern.js"
import { PatternMatcher } from "./pattern-matcher.js"

/** Which metrics are wanted. At most one of `names`, `pattern`, `prefix` and `infix` is used, in this order. */
export interface MetricSelection extends MarkFilter {
  /** Exactly these. */
  readonly names?: readonly string[]
  readonly pattern?: Pattern
  readonly prefix?: string
  /** Metrics with this at the beginning of one of their components. It may span dots. */
  readonly infix?: string
  /** Only names behind this one. */
  readonly after?: string
  /** At most so many. */
  readonly limit?: number
}

/** Longest walk over names in one turn of the event loop. */
const SLICE_MS = 5
/** Names that go to a pattern thread at once. */
const BATCH = 4096

/** Finds metrics by name and mark among a million without holding up the event loop. */
export class MetricCatalog {
  readonly #store: DocumentStore
  readonly #index = new NameIndex()
  readonly #matcher: PatternMatcher
  #unwatch: (() => void) | undefined

  private constructor(store: DocumentStore, matcher: PatternMatcher) {
    this.#store = store
    this.#matcher = matcher
  }

  /** Read all names of the store, and follow its changes from now on. The catalog closes `matcher` with itself. */
  static async open(store: DocumentStore, matcher = new PatternMatcher()): Promise<MetricCatalog> {
    const catalog = new MetricCatalog(store, matcher)
    // Changes that come while the names are read must not be undone by what was read before them.
    const changed = new Set<string>()
    catalog.#unwatch = store.watchMetrics((changes) => {
      for (const { name } of changes) changed.add(name)
      catalog.#index.apply(changes)
    })
    for await (const marks of store.metricMarks()) {
      for (const mark of marks) if (!changed.has(mark.name)) catalog.#index.set(mark)
    }
    catalog.#unwatch()
    catalog.#unwatch = store.watchMetrics((changes) => catalog.#index.apply(changes))
    return catalog
  }

  async close(): Promise<void> {
    this.#unwatch?.()
    await this.#matcher.close()
  }

  /** Number of metrics. */
  get size(): number {
    return this.#index.size
  }

  /**
   * The selected names, sorted. Metrics that come or go during the walk may be missed.
   * @throws {RequestError} if they do not fit in the answer, or the pattern takes too long
   */
  async select(selection: MetricSelection, budget: AnswerBudget): Promise<string[]> {
    const { limit = Number.POSITIVE_INFINITY } = selection
    const found: string[] = []
    if (limit === 0) return found
    for await (const batch of this.#batches(selection)) {
      for (const name of batch) {
        budget.addName(name)
        found.push(name)
        if (found.length >= limit) return found
      }
    }
    return found
  }

  /** The selected documents by name, in the order of names. @throws as {@link select} */
  async documents(selection: MetricSelection, budget: AnswerBudget): Promise<StoredDocument[]> {
    const names = await this.select(selection, budget)
    const documents: StoredDocument[] = []
    for (let at = 0; at < names.length; at += BATCH) {
      for (const document of await this.#store.getMany("metadata", names.slice(at, at + BATCH))) {
        if (!document) continue // deleted since
        budget.add(document.sizeBytes + REVISION_BYTES)
        documents.push(document)
      }
    }
    return documents
  }

  #batches(selection: MetricSelection): AsyncIterable<readonly string[]> {
    const { names, pattern, prefix = "", infix } = selection
    if (names) return this.#listed(names, selection)
    if (pattern) return this.#matcher.filter(pattern, this.#walk(selection, literalPrefix(pattern), undefined))
    return this.#walk(selection, infix === undefined ? prefix : "", infix)
  }

  async *#listed(names: readonly string[], { after = "", ...filter }: MetricSelection): AsyncIterable<string[]> {
    const sorted = [...new Set(names)].sort()
    for (let at = 0; at < sorted.length; at += BATCH) {
      if (at > 0) await nextTurn()
      yield sorted.slice(at, at + BATCH).filter((name) => name > after && this.#index.has(name, filter))
    }
  }

  /** Names of a prefix that have the marks and the infix, in batches, with a turn of the event loop where it takes long. */
  async *#walk(selection: MetricSelection, prefix: string, infix: string | undefined): AsyncIterable<string[]> {
    const { after } = selection
    const inner = infix && `.${infix}`
    let from = after !== undefined && after >= prefix ? `${after}\0` : prefix
    let batch: string[] = []
    let sliceEnd = performance.now() + SLICE_MS
    for (let run = this.#index.blockAt(from); run; run = this.#index.blockAt(from)) {
      const { names, marks } = run.block
      for (let at = run.at; at < names.length; at++) {
        const name = names[at] ?? ""
        if (!name.startsWith(prefix)) {
          yield batch
          return
        }
        if (inner && !name.startsWith(infix) && !name.includes(inner)) continue
        if (isMarked(marks[at] ?? 0, selection)) batch.push(name)
      }
      from = `${names.at(-1)}\0`
      if (batch.length >= BATCH) {
        yield batch
        batch = []
      }
      if (performance.now() > sliceEnd) {
        await nextTurn()
        sliceEnd = performance.now() + SLICE_MS
      }
    }
    yield batch
  }
}

/** What `_id`, `_rev` and the punctuation around a document add to its body, without its name. */
const REVISION_BYTES = 80
