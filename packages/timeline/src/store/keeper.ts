import { StorageError } from "../errors.js"
import { Compactor } from "./compactor.js"
import { Maintenance } from "./maintenance.js"
import { Retry } from "./retry.js"
import type { Store } from "./store.js"

/** Keeps the segments of a store in order: what is done to them in the background, and what is asked for. */
export class Keeper {
  readonly compactor: Compactor
  readonly #store: Store
  readonly #maintenance: Maintenance
  readonly #retry: Retry
  readonly #closing = new AbortController()

  constructor(store: Store) {
    this.#store = store
    this.compactor = new Compactor(store)
    this.#maintenance = new Maintenance((signal) => this.#background(signal))
    this.#retry = new Retry(store.options.retryMs, () => this.#maintenance.kick())
    store.onCheckpoint = (overlapping) => {
      this.compactor.addOverlapping(overlapping)
      this.#kick()
    }
    this.#kick()
  }

  /** Why nothing is merged although something should be; undefined if all is well. */
  get trouble(): Error | undefined {
    return this.#retry.trouble
  }

  /** See `Timeline.compact`. */
  async compact(): Promise<void> {
    await this.#store.checkpoint()
    await this.run(() => this.compactor.all(this.#closing.signal))
  }

  /** Change segments, when nobody else does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#store.checkOpen()
    return this.#maintenance.run(work)
  }

  /** Give up what is under way. */
  async close(): Promise<void> {
    this.#retry.stop()
    const reason = new StorageError("closed", `the store in ${this.#store.folder} has been closed`)
    this.#closing.abort(reason)
    await this.#maintenance.close(reason)
  }

  #kick(): void {
    if (this.#store.options.compaction && !this.#retry.isWaiting) this.#maintenance.kick()
  }

  async #background(signal: AbortSignal): Promise<void> {
    try {
      await this.compactor.background(signal)
      this.#retry.succeeded()
    } catch (error) {
      if (!signal.aborted) this.#retry.failed(error as Error)
      throw error
    }
  }
}
