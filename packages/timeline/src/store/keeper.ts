import { StorageError } from "../errors.js"
import { type BackupOptions, type BackupReport, backupStore } from "./backup.js"
import { Compactor } from "./compactor.js"
import { deleteRange } from "./delete-range.js"
import { Maintenance } from "./maintenance.js"
import { applyRetention } from "./retention.js"
import { type CompiledRule, compileRule, type RetentionRule } from "./retention-rule.js"
import { Retry } from "./retry.js"
import type { Store } from "./store.js"
import { newThrottle } from "./throttle.js"

/** How often it is looked whether something has become too old. */
const RETENTION_MS = 3_600_000

/** Keeps the segments of a store in order: what is done to them in the background, and what is asked for. */
export class Keeper {
  readonly compactor: Compactor
  readonly #store: Store
  readonly #maintenance: Maintenance
  readonly #retry: Retry
  readonly #closing = new AbortController()
  #rules: readonly CompiledRule[] = []
  #retentionIsDue = false
  readonly #retentionTimer: NodeJS.Timeout

  constructor(store: Store) {
    this.#store = store
    this.compactor = new Compactor(store)
    this.#maintenance = new Maintenance((signal) => this.#background(signal))
    this.#retry = new Retry(store.options.retryMs, () => this.#maintenance.kick())
    store.onUntidy = (metrics) => {
      this.compactor.addUntidy(metrics)
      this.#kick()
    }
    this.#retentionTimer = setInterval(() => this.#dueRetention(), RETENTION_MS)
    this.#retentionTimer.unref()
    this.#kick()
  }

  /** Why nothing is merged although something should be; undefined if all is well. */
  get trouble(): Error | undefined {
    return this.#retry.trouble
  }

  /** See `Timeline.compact`. */
  async compact(signal?: AbortSignal): Promise<void> {
    const ending = signal ? AbortSignal.any([this.#closing.signal, signal]) : this.#closing.signal
    await this.#store.checkpoint()
    await this.run(async () => {
      ending.throwIfAborted()
      await applyRetention(this.#store, this.#rules, ending)
      await this.compactor.all(ending)
    })
  }

  /** See `Timeline.setRetention`. */
  setRetention(rules: readonly RetentionRule[]): void {
    this.#store.checkOpen()
    this.#rules = rules.map(compileRule)
    this.#dueRetention()
  }

  /** Forget the points of a range of time. */
  async deleteRange(metric: number, beginNs: bigint, endNs: bigint): Promise<void> {
    await this.#store.checkpoint()
    await this.run(() => deleteRange(this.#store, metric, beginNs, endNs, this.#closing.signal))
    this.#kick()
  }

  /** See `Timeline.backup`. */
  async backup(folder: string, options: BackupOptions): Promise<BackupReport> {
    await this.#store.checkpoint()
    return backupStore(this.#store, folder, options)
  }

  /** Change segments, when nobody else does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#store.checkOpen()
    return this.#maintenance.run(work)
  }

  /** Give up what is under way. */
  async close(): Promise<void> {
    this.#retry.stop()
    clearInterval(this.#retentionTimer)
    const reason = new StorageError("closed", `the store in ${this.#store.folder} has been closed`)
    this.#closing.abort(reason)
    await this.#maintenance.close(reason)
  }

  #dueRetention(): void {
    this.#retentionIsDue = true
    this.#kick()
  }

  #kick(): void {
    if (this.#store.options.compaction && !this.#retry.isWaiting) this.#maintenance.kick()
  }

  async #background(signal: AbortSignal): Promise<void> {
    try {
      const throttle = newThrottle(this.#store.options.compactionBytesPerSecond, signal)
      if (this.#retentionIsDue) await applyRetention(this.#store, this.#rules, signal, throttle)
      this.#retentionIsDue = false
      await this.compactor.background(signal, throttle)
      this.#retry.succeeded()
    } catch (error) {
      if (!signal.aborted) this.#retry.failed(error as Error)
      throw error
    }
  }
}
