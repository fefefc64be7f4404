import { setTimeout as delay } from "node:timers/promises"
import { type ClientOptions, type JsonObject, Source } from "@metricq/client"
import { SelfMetrics } from "../polling/self-metrics.js"
import { targetDetails } from "../polling/target-details.js"
import type { TargetState } from "../polling/target-state.js"
import { ArrivingMetrics } from "./arriving-metrics.js"
import type { Feed } from "./feed.js"
import type { PushConfig } from "./push-config.js"

const TICK_MS = 250
/** So many points waiting for the MetricQ broker are enough: who sends should wait. Well below what the spool holds. */
const BUSY_POINTS = 100_000

interface Running {
  readonly feed: Feed
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/**
 * A source that is sent to: it makes feeds of its configuration, and each feed runs on its own.
 *
 * A new configuration stops only the feeds that are no longer wanted and starts only those that are new. Metrics are declared
 * when their first value comes. For each feed there are metrics about it, and `discover` tells who fails.
 */
export abstract class PushSource<Config extends PushConfig> extends Source<Config> {
  /** The metrics that feeds send to. */
  protected readonly metrics: ArrivingMetrics
  readonly #wanted = new Map<string, Feed>()
  readonly #running = new Map<string, Running>()
  #isRunning = false

  constructor(options: ClientOptions) {
    super(options)
    this.metrics = new ArrivingMetrics(this, { logger: this.logger })
  }

  /**
   * The feeds of a configuration. Makes no connection.
   *
   * @throws {ConfigError} for what the schema cannot tell
   */
  protected abstract feeds(config: Config): readonly Feed[]

  override async onConfig(config: Config): Promise<void> {
    const feeds = new Map(this.feeds(config).map((feed) => [feed.key, feed]))
    this.metrics.max = config.max_metrics
    const dropped = [...this.#wanted.keys()].filter((key) => !feeds.has(key))
    for (const key of dropped) this.#wanted.delete(key)
    for (const [key, feed] of feeds) if (!this.#wanted.has(key)) this.#wanted.set(key, feed)
    await Promise.all(dropped.map((key) => this.#stop(key)))
    if (this.#isRunning) this.#startAll()
  }

  /** Runs the feeds until the source stops. */
  override async task(signal: AbortSignal): Promise<void> {
    this.#isRunning = true
    this.#startAll()
    const self = new SelfMetrics(this as unknown as Source<never>, this.logger)
    await Promise.all([
      this.#tick(signal),
      self.run(
        () => this.config,
        () => this.targetStates(),
        signal,
      ),
    ])
    this.#isRunning = false
    await Promise.all([...this.#running.keys()].map((key) => this.#stop(key)))
  }

  /** Of each feed. */
  *targetStates(): Generator<TargetState> {
    for (const { state } of this.#wanted.values()) yield state
  }

  /** Nothing tells whether all have spoken that will: who looks once, listens as long as there is time. */
  get hasRead(): boolean {
    return false
  }

  /** Points wait for the MetricQ broker, more than should: whoever can wait, should. */
  get isBusy(): boolean {
    return this.stats.held > BUSY_POINTS
  }

  protected override discoverDetails(): JsonObject {
    return {
      ...super.discoverDetails(),
      ...targetDetails(this.targetStates()),
      metrics: this.metrics.count,
      refusedValues: this.metrics.refused,
      feeds: [...this.#wanted.values()].map((feed) => ({ name: feed.state.name, ...feed.details() })),
    }
  }

  async #tick(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(TICK_MS, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) this.metrics.tick()
    }
  }

  #startAll(): void {
    for (const [key, feed] of this.#wanted) {
      if (this.#running.has(key)) continue
      const stop = new AbortController()
      this.#running.set(key, { feed, stop, ended: feed.run(stop.signal) })
    }
  }

  async #stop(key: string): Promise<void> {
    const running = this.#running.get(key)
    this.#running.delete(key)
    running?.stop.abort(new Error("the source stops"))
    await running?.ended
    this.metrics.forget(key)
  }
}
