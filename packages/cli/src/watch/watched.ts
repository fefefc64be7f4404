import { isPlainName, type Metadata } from "@metricq/protocol"
import type { MetricList } from "../network/metric-list.js"
import { pause } from "../network/signals.js"

/** What the search for metrics needs of a network. */
export interface WatchedNetwork {
  /** Known metrics that match one of the patterns, with their metadata. */
  find(patterns: readonly string[]): Promise<MetricList>
  /** Have the data of these metrics sent, from now on. */
  subscribe(metrics: readonly string[]): Promise<void>
}

/** Metrics asked for in one subscription: the bindings of thousands take a broker seconds. */
const BATCH = 1000
const FIRST_PAUSE_MS = 2000
/** The share of the time that searching may take: a manager with a million metrics is asked less often. */
const SHARE = 0.05

/**
 * The metrics that a set of patterns stands for, and those that join them.
 *
 * Plain names are subscribed to at once, known or not; for other patterns the list of metrics is searched again and again.
 */
export class Watched {
  readonly #network: WatchedNetwork
  readonly #patterns: readonly string[]
  readonly #limit: number
  readonly #metrics = new Map<string, Metadata>()
  #omitted = 0

  /** No more than `limit` metrics are subscribed to. */
  constructor(network: WatchedNetwork, patterns: readonly string[], limit = Number.POSITIVE_INFINITY) {
    this.#network = network
    this.#patterns = patterns
    this.#limit = limit
  }

  /** Metrics subscribed to and what is known of them. */
  get metrics(): ReadonlyMap<string, Metadata> {
    return this.#metrics
  }

  /** Metrics that match and are beyond the limit. */
  get omitted(): number {
    return this.#omitted
  }

  /** Search once, and subscribe to what is new. If it rejects, the next search tries again what this one has not done. */
  async search(): Promise<void> {
    const found = await this.#network.find(this.#patterns)
    for (const [name, metadata] of found) if (this.#metrics.has(name)) this.#metrics.set(name, metadata)
    const named = this.#patterns.filter((pattern) => isPlainName(pattern))
    const fresh = [...new Set([...named, ...found.keys()])].filter((name) => !this.#metrics.has(name))
    const taken = fresh.slice(0, Math.max(0, this.#limit - this.#metrics.size))
    this.#omitted = fresh.length - taken.length
    for (let at = 0; at < taken.length; at += BATCH) {
      const batch = taken.slice(at, at + BATCH)
      await this.#network.subscribe(batch)
      for (const name of batch) this.#metrics.set(name, found.get(name) ?? {})
    }
  }

  /** Search again and again until `signal` is aborted. A search that fails goes to `onFailure`, and the next one follows. */
  async follow(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    for (;;) {
      await pause(pauseMs, signal)
      if (signal.aborted) return
      const began = performance.now()
      try {
        await this.search()
      } catch (error) {
        if (!signal.aborted) onFailure(error)
      }
      pauseMs = Math.max(FIRST_PAUSE_MS, (performance.now() - began) / SHARE)
    }
  }
}
