import type { Logger } from "@metricq/client"

/** What has changed is written together after this time. Killed before, the manager forgets a second's worth. */
const WRITE_AFTER_MS = 1_000
/** Longest wait after a failure; it begins with {@link WRITE_AFTER_MS} and doubles. */
const MAX_RETRY_MS = 60_000

/** Longest wait for the last write; a medium that hangs must not keep the manager from ending. */
const LAST_MS = 1_000

/** What is to be written, and how. */
export interface DelayedWritesOptions {
  /** What it is, for the log: `"the list of clients"`. */
  readonly what: string
  readonly write: (names: string[]) => Promise<unknown>
  readonly logger: Logger
}

/**
 * Names of things that have changed, written together a second later, one write after the other. A failure is logged, and the names wait for
 * the next attempt.
 */
export class DelayedWrites {
  readonly #options: DelayedWritesOptions
  readonly #names = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<unknown> = Promise.resolve()
  #afterMs = WRITE_AFTER_MS
  #closed = false

  constructor(options: DelayedWritesOptions) {
    this.#options = options
  }

  /** Something has changed, or is gone. */
  add(name: string): void {
    this.#names.add(name)
    this.#timer ??= setTimeout(() => this.#write(), this.#afterMs).unref()
  }

  /** Write what is not written yet, for the last time, and wait for it a second at most. */
  async close(): Promise<void> {
    this.#closed = true
    this.#write()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_MS)))
    await Promise.race([this.#writing, late])
    clearTimeout(timer)
    clearTimeout(this.#timer)
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#names.size === 0) return
    const names = [...this.#names]
    this.#names.clear()
    this.#writing = this.#writing.then(() => this.#writeNow(names))
  }

  async #writeNow(names: string[]): Promise<void> {
    const { what, write, logger } = this.#options
    try {
      await write(names)
      this.#afterMs = WRITE_AFTER_MS
    } catch (error) {
      logger.error(`${what} could not be written`, { reason: error })
      if (this.#closed) return
      this.#afterMs = Math.min(2 * this.#afterMs, MAX_RETRY_MS)
      for (const name of names) this.add(name)
    }
  }
}
