import { FailureLog, type Logger, type Metadata } from "@metricq/client"

/** What of a source is needed to declare metrics. */
export interface Declarer {
  declareMetrics(metrics: Record<string, Metadata>): Promise<unknown>
}

export interface LateMetricsOptions {
  readonly logger: Logger
  /** Milliseconds of a monotonic clock, if not the process's own. */
  readonly now?: () => number
}

/** A metric that was not asked for so long is forgotten, and declared anew when it comes back. */
const FORGET_MS = 300_000
const RETRY_MS = 10_000

/**
 * Metrics of a source whose devices come and go. What turns up while the source runs is declared in the background, so that a
 * manager that is slow or away never holds up a round; it can be sent from a later round on.
 */
export class LateMetrics {
  readonly #source: Declarer
  readonly #now: () => number
  readonly #failures: FailureLog
  readonly #lastAsked = new Map<string, number>()
  readonly #waiting = new Map<string, Metadata>()
  #declaring = false
  #notBefore = Number.NEGATIVE_INFINITY
  #nextSweep: number

  constructor(source: Declarer, { logger, now = () => performance.now() }: LateMetricsOptions) {
    this.#source = source
    this.#now = now
    this.#failures = new FailureLog(logger, now)
    this.#nextSweep = now() + FORGET_MS
  }

  /** Declares metrics and waits for it; afterwards they are ready. Rejects as the source's `declareMetrics` does. */
  async declare(metrics: Record<string, Metadata>): Promise<void> {
    await this.#source.declareMetrics(metrics)
    const now = this.#now()
    for (const name of Object.keys(metrics)) this.#lastAsked.set(name, now)
  }

  /**
   * Whether a metric can be sent. If not, it will be declared with what `describe` gives; failures are logged and tried again
   * after ten seconds.
   */
  ready(name: string, describe: () => Metadata): boolean {
    const now = this.#now()
    if (now >= this.#nextSweep) this.#sweep(now)
    if (this.#lastAsked.has(name)) {
      this.#lastAsked.set(name, now)
      return true
    }
    this.#waiting.set(name, describe())
    if (!this.#declaring && now >= this.#notBefore) void this.#declareWaiting()
    return false
  }

  async #declareWaiting(): Promise<void> {
    this.#declaring = true
    // All that turn up in the same round go together.
    await Promise.resolve()
    const metrics = Object.fromEntries(this.#waiting)
    this.#waiting.clear()
    try {
      await this.declare(metrics)
    } catch (error) {
      this.#notBefore = this.#now() + RETRY_MS
      this.#failures.add(`declaring ${Object.keys(metrics).join(", ").slice(0, 200)}`, error)
    } finally {
      this.#declaring = false
    }
  }

  #sweep(now: number): void {
    this.#nextSweep = now + FORGET_MS
    for (const [name, at] of this.#lastAsked) {
      if (now - at >= FORGET_MS) this.#lastAsked.delete(name)
    }
  }
}
