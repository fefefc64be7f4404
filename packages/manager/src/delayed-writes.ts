import type { Logger } from "@metricq/client"

/** What has changed is written together after this time. Killed before, the manager forgets a second's worth. */
const WRITE_AFTER_MS = 1_000

/** What is to be written, and how. */
export interface DelayedWritesOptions {
  /** What it is, for the log: `"the list of clients"`. */
  readonly what: string
  readonly write: (names: string[]) => Promise<unknown>
  readonly logger: Logger
}

/** Names of things that have changed, written together a second later, one write after the other. A failure is logged. */
export class DelayedWrites {
  readonly #options: DelayedWritesOptions
  readonly #names = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: DelayedWritesOptions) {
    this.#options = options
  }

  /** Something has changed, or is gone. */
  add(name: string): void {
    this.#names.add(name)
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS).unref()
  }

  /** Write what is not written yet. */
  async flush(): Promise<void> {
    this.#write()
    await this.#writing
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#names.size === 0) return
    const names = [...this.#names]
    this.#names.clear()
    const { what, write, logger } = this.#options
    this.#writing = this.#writing
      .then(() => write(names))
      .catch((error: unknown) => logger.error(`${what} could not be written`, { reason: error }))
  }
}
