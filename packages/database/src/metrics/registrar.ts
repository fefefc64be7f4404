import { setTimeout as delay } from "node:timers/promises"
import { declaredInterval, FailureLog, type Logger, type Metadata, RPCError } from "@metricq/client"
import type { LevelParameters } from "@metricq/timeline"
import type { StoredMetric } from "./stored-metric.js"

/** What a registrar needs of the network and the store. */
export interface RegistrarServices {
  readonly logger: Logger
  /** Aborts when nothing should be begun any more. */
  readonly stopping: AbortSignal
  /** Metadata at the manager; those it does not know are missing. */
  metadata(names: string[]): Promise<Record<string, Metadata>>
  /** Tell the manager that these metrics are stored here. */
  subscribe(names: string[]): Promise<void>
  declare(name: string, levels: LevelParameters): Promise<void>
}

/** Names that turn up together are worked on together. */
const GATHER_MS = 50
const BATCH = 1000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/**
 * Makes metrics known that have turned up: chooses their levels by their metadata, tells the store, and tells the manager that they are stored.
 *
 * In the background and in batches, while their points are stored already. What fails is tried again, with pauses up to half a minute. What waits
 * is bounded by the number of metrics.
 */
export class Registrar {
  readonly #services: RegistrarServices
  readonly #failures: FailureLog
  readonly #waiting = new Set<StoredMetric>()
  #work: Promise<void> | undefined
  /** The batch under way, or the last one. */
  #batch: Promise<void> = Promise.resolve()

  constructor(services: RegistrarServices) {
    this.#services = services
    this.#failures = new FailureLog(services.logger)
  }

  /** Metrics that are not done with. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Work on a metric, soon. */
  add(metric: StoredMetric): void {
    this.#waiting.add(metric)
    this.#work ??= this.#run()
  }

  /** Leave these metrics alone from now on; resolves when none of them is worked on any more. */
  async forget(names: ReadonlySet<string>): Promise<void> {
    for (const metric of this.#waiting) if (names.has(metric.name)) this.#waiting.delete(metric)
    await this.#batch
    for (const metric of this.#waiting) if (names.has(metric.name)) this.#waiting.delete(metric)
  }

  /** Resolves when nothing is under way any more, after `stopping`. */
  async stopped(): Promise<void> {
    await this.#work
  }

  async #run(): Promise<void> {
    const { stopping } = this.#services
    let pauseMs = GATHER_MS
    let failedPauseMs = FIRST_PAUSE_MS
    while (this.#waiting.size > 0 && !stopping.aborted) {
      await delay(pauseMs, undefined, { signal: stopping, ref: false }).catch(() => {})
      if (stopping.aborted) break
      const batch = [...this.#waiting].slice(0, BATCH)
      for (const metric of batch) this.#waiting.delete(metric)
      pauseMs = GATHER_MS
      try {
        const work = this.#register(batch)
        this.#batch = work.catch(() => {})
        await work
        failedPauseMs = FIRST_PAUSE_MS
      } catch (error) {
        if (stopping.aborted) break
        for (const metric of batch) this.#waiting.add(metric)
        this.#failures.add(`registering ${batch[0]?.name} and ${batch.length - 1} more`, error)
        pauseMs = failedPauseMs
        failedPauseMs = Math.min(2 * failedPauseMs, LONGEST_PAUSE_MS)
      }
    }
    this.#work = undefined
  }

  /** One refusal must not keep the others from being registered, so a batch that is refused is taken apart. */
  async #register(batch: readonly StoredMetric[]): Promise<void> {
    try {
      await this.#chooseLevels(batch)
      await this.#subscribe(batch)
    } catch (error) {
      if (!(error instanceof RPCError)) throw error
      if (batch.length === 1) {
        this.#failures.add(`${batch[0]?.name} is stored, but cannot be registered`, error)
        return
      }
      const half = batch.length >> 1
      await this.#register(batch.slice(0, half))
      await this.#register(batch.slice(half))
    }
  }

  async #chooseLevels(batch: readonly StoredMetric[]): Promise<void> {
    const { metadata, declare } = this.#services
    const unsaid = batch.filter(({ rule }) => rule.interval === undefined).map(({ name }) => name)
    const known = unsaid.length === 0 ? {} : await metadata(unsaid)
    const declared = batch.map(async (metric) => {
      const levels = metric.chooseLevels(declaredInterval(known[metric.name] ?? {})?.ns)
      if (levels === undefined) return
      await declare(metric.name, levels)
      metric.settle(levels)
    })
    await Promise.all(declared)
  }

  async #subscribe(batch: readonly StoredMetric[]): Promise<void> {
    const fresh = batch.filter(({ isSubscribed }) => !isSubscribed)
    if (fresh.length === 0) return
    await this.#services.subscribe(fresh.map(({ name }) => name))
    for (const metric of fresh) metric.isSubscribed = true
  }
}
