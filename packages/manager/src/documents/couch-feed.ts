import { setTimeout as sleep } from "node:timers/promises"
import type { Logger } from "@metricq/client"
import type { CouchChange, CouchDatabase } from "./couch-database.js"

/** Longest time that a CouchDB holds a request without changes. */
const WAIT_MS = 25_000
/** Between two attempts to reach it, at first and at most. */
const RETRY_MS = 500
const MAX_RETRY_MS = 30_000
/** An answer without changes that comes sooner is none that was waited for: then it is not asked again at once. */
const HASTY_MS = 100

/** What a feed needs. */
export interface CouchFeedOptions {
  readonly database: CouchDatabase
  /** The sequence that changes are wanted after; `"0"` for all there is. */
  readonly since: string
  /** Changes taken at once. */
  readonly limit: number
  /** Takes changes in their order; if it rejects, it gets them again. */
  readonly onChanges: (changes: readonly CouchChange[]) => Promise<void> | void
  readonly logger: Logger
}

/**
 * Follows the changes of a database, whoever makes them. While the CouchDB is away it tries again and again, and goes on where it was.
 *
 * Life cycle: `start()` → `stop()`.
 */
export class CouchFeed {
  readonly #options: CouchFeedOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: CouchFeedOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run(this.#options.since)
  }

  /** Resolves when nothing is asked or told any more. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(first: string): Promise<void> {
    const { signal } = this.#stopping
    const { database, logger } = this.#options
    let since = first
    let retryMs = 0
    while (!signal.aborted) {
      try {
        since = await this.#next(since)
        if (retryMs > 0) logger.info(`changes of the database "${database.name}" arrive again`)
        retryMs = 0
      } catch (error) {
        if (signal.aborted) return
        if (retryMs === 0) logger.warn(`cannot follow the changes of the database "${database.name}"`, { error })
        retryMs = Math.min(Math.max(2 * retryMs, RETRY_MS), MAX_RETRY_MS)
        await sleep(retryMs, undefined, { signal, ref: false }).catch(() => {})
      }
    }
  }

  /** Waits for changes and hands them on; where they end. */
  async #next(since: string): Promise<string> {
    const { signal } = this.#stopping
    const { database, limit, onChanges } = this.#options
    const begin = performance.now()
    const { changes, since: next } = await database.changes(since, { limit, waitMs: WAIT_MS, signal })
    if (changes.length > 0) await onChanges(changes)
    else if (performance.now() - begin < HASTY_MS) await sleep(RETRY_MS, undefined, { signal, ref: false })
    return next
  }
}
