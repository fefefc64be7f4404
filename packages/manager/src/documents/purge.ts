import { setImmediate as nextTurn } from "node:timers/promises"
import { isRestorable } from "./metadata-limits.js"
import type { DeletedMetadata } from "./store.js"

/** Deleted metrics kept at most; beyond that, those deleted first go. */
const MAX_DELETED = 100_000
/** How many go then, so that not every deletion sorts them all. */
const SPARE = 10_000
/** Those that cannot be restored any more are looked for at most so often. */
const EVERY_MS = 3600 * 1000
/** Deleted metrics read, or forgotten, between two turns of the event loop. */
const BATCH = 500

/** Where deleted metrics are kept. */
export interface DeletedMetrics {
  /** How many there are, as far as that is known without looking. */
  readonly deletedCount: number
  /** Up to `limit` behind `after`, those that cannot be restored any more included. */
  deletedBatch(after: string | undefined, limit: number): Awaitable<{ name: string; deleted: DeletedMetadata }[]>
  /** Forget those that were deleted at these times. */
  purge(metrics: readonly Deleted[]): Awaitable<void>
}

type Awaitable<T> = T | Promise<T>

interface Deleted {
  readonly name: string
  readonly time: string
}

/** Forgets deleted metrics for good: after 30 days, and the oldest of too many. */
export class Purge {
  readonly #metadata: DeletedMetrics
  readonly #write: (action: () => Awaitable<void>) => Promise<void>
  readonly #max: number
  #nextMs = 0
  #running = false

  /** `write` runs an action in a write transaction. */
  constructor(metadata: DeletedMetrics, write: (action: () => Awaitable<void>) => Promise<void>, max = MAX_DELETED) {
    this.#metadata = metadata
    this.#write = write
    this.#max = max
  }

  /** After a deletion: look through what was deleted if that was not done lately, or if there is too much of it. */
  async runIfDue(now = Date.now()): Promise<void> {
    const isFull = this.#metadata.deletedCount > this.#max
    if (this.#running || (!isFull && now < this.#nextMs)) return
    this.#running = true
    try {
      await this.#run(now)
      this.#nextMs = now + EVERY_MS
    } finally {
      this.#running = false
    }
  }

  async #run(now: number): Promise<void> {
    const gone: Deleted[] = []
    const kept: Deleted[] = []
    for (let after: string | undefined; ; ) {
      const batch = await this.#metadata.deletedBatch(after, BATCH)
      for (const { name, deleted } of batch) {
        const list = isRestorable(deleted, now) ? kept : gone
        list.push({ name, time: deleted.time })
      }
      if (batch.length < BATCH) break
      after = batch.at(-1)?.name
      await nextTurn()
    }
    if (kept.length > this.#max) {
      kept.sort((a, b) => (a.time < b.time ? -1 : 1))
      const excess = kept.length - this.#max + Math.min(SPARE, this.#max)
      for (const oldest of kept.slice(0, excess)) gone.push(oldest)
    }
    for (let at = 0; at < gone.length; at += BATCH) {
      const part = gone.slice(at, at + BATCH)
      await this.#write(() => this.#metadata.purge(part))
    }
  }
}
