import { checkMetricName, FailureLog, type Logger, type Metadata, Timestamp } from "@metricq/client"
import { ArrivingMetric, type ArrivingSettings } from "./arriving-metric.js"

/** What of a source is needed to declare and send metrics. */
export interface Outlet {
  declareMetrics(metrics: Record<string, Metadata>): Promise<unknown>
  metric(name: string): { chunkSize: number | null }
  send(name: string, time: Timestamp, value: number): Promise<unknown>
}

export interface ArrivingMetricsOptions {
  readonly logger: Logger
  /** Milliseconds of a monotonic clock, if not the process's own. */
  readonly now?: () => number
}

const RETRY_MS = 10_000

/**
 * The metrics of a source that learns of them from what it is sent: declared in the background when their first value comes, which
 * waits for it. Their number is bounded, since it is others who make up the names.
 */
export class ArrivingMetrics {
  /** Most metrics; others are refused. */
  max = 10_000
  /** Values of metrics that were refused because there were too many. */
  refused = 0
  readonly #outlet: Outlet
  readonly #now: () => number
  readonly #failures: FailureLog
  readonly #metrics = new Map<string, { metric: ArrivingMetric; owner: string }>()
  #undeclared: ArrivingMetric[] = []
  #isDeclaring = false
  #notBeforeMs = Number.NEGATIVE_INFINITY

  constructor(outlet: Outlet, { logger, now = () => performance.now() }: ArrivingMetricsOptions) {
    this.#outlet = outlet
    this.#now = now
    this.#failures = new FailureLog(logger, now)
  }

  /** Metrics that there are. */
  get count(): number {
    return this.#metrics.size
  }

  /** Points that were given up because a declaration took too long. */
  get lost(): number {
    let lost = 0
    for (const { metric } of this.#metrics.values()) lost += metric.lost
    return lost
  }

  /**
   * The metric of this name; `describe` is asked if it is new. `undefined` if there are too many: the value is counted, and a
   * warning logged. `owner` is for {@link forget}.
   *
   * @throws {DataError} `metric-name`
   */
  of(name: string, owner: string, describe: () => ArrivingSettings): ArrivingMetric | undefined {
    const known = this.#metrics.get(name)
    if (known !== undefined) return known.metric
    checkMetricName(name)
    if (this.#metrics.size >= this.max) {
      this.refused += 1
      this.#failures.add(name, `there are ${this.max} metrics already (max_metrics): it is not taken`)
      return undefined
    }
    const metric = new ArrivingMetric(name, describe(), (...point) => void this.#outlet.send(...point), this.#now)
    this.#metrics.set(name, { metric, owner })
    this.#undeclared.push(metric)
    this.#declare()
    return metric
  }

  /** Forgets the metrics of an owner; they are declared anew if they come again. */
  forget(owner: string): void {
    for (const [name, entry] of this.#metrics) if (entry.owner === owner) this.#metrics.delete(name)
    this.#undeclared = this.#undeclared.filter(({ name }) => this.#metrics.has(name))
  }

  /** To be called from time to time: sends what is due for silent metrics, and declares again what the manager has not taken. */
  tick(): void {
    this.#declare()
    const time = Timestamp.now()
    for (const { metric } of this.#metrics.values()) metric.checkSilence(time)
  }

  #declare(): void {
    if (!this.#isDeclaring && this.#undeclared.length > 0 && this.#now() >= this.#notBeforeMs) void this.#declareAll()
  }

  async #declareAll(): Promise<void> {
    this.#isDeclaring = true
    // All that turn up together go together.
    await Promise.resolve()
    const metrics = this.#undeclared
    this.#undeclared = []
    try {
      for (const { name, settings } of metrics)
        if (settings.chunkSize !== undefined) this.#outlet.metric(name).chunkSize = settings.chunkSize
      await this.#outlet.declareMetrics(
        Object.fromEntries(metrics.map(({ name, settings }) => [name, settings.metadata])),
      )
      for (const metric of metrics) metric.declared()
    } catch (error) {
      this.#undeclared = [...metrics, ...this.#undeclared]
      this.#notBeforeMs = this.#now() + RETRY_MS
      const names = metrics.map(({ name }) => name)
      this.#failures.add(`declaring ${names.join(", ").slice(0, 200)}`, error)
    } finally {
      this.#isDeclaring = false
      this.#declare()
    }
  }
}
