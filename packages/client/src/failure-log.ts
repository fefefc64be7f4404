import type { Logger } from "./logger.js"

const QUIET_MS = 60_000

/**
 * Counts failures that may happen again and again, and logs the first at once and then one line a minute at most, with how many
 * there were meanwhile.
 */
export class FailureLog {
  readonly #logger: Logger
  readonly #now: () => number
  #count = 0
  #unlogged = 0
  #quietUntil = Number.NEGATIVE_INFINITY

  /** `now` gives milliseconds of a monotonic clock. */
  constructor(logger: Logger, now: () => number = () => performance.now()) {
    this.#logger = logger
    this.#now = now
  }

  /** Failures so far. */
  get count(): number {
    return this.#count
  }

  /** Counts a failure, and logs it as a warning unless one was logged in the last minute. */
  add(what: string, error: unknown): void {
    this.#count += 1
    const now = this.#now()
    if (now < this.#quietUntil) {
      this.#unlogged += 1
      return
    }
    this.#quietUntil = now + QUIET_MS
    const reason = error instanceof Error ? error.message : String(error)
    const more = this.#unlogged === 0 ? "" : ` (and ${this.#unlogged} failures since the last line)`
    this.#unlogged = 0
    this.#logger.warn(`${what}: ${reason}${more}`)
  }
}
