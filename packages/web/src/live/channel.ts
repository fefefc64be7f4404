import type { Columns, Metadata } from "@metricq/client"

/** A point; its time in nanoseconds since 1970-01-01 UTC. */
export interface LastPoint {
  readonly timeNs: bigint
  readonly value: number
}

/** Who listens to metrics of a hub. */
export interface Listener {
  /** Points of a metric have come. The columns are used again afterwards; nothing may be thrown. */
  onPoints(metric: string, columns: Columns): void
  /** Metrics cannot be had just now; the hub goes on trying. */
  onTrouble(message: string): void
}

/** A metric of a hub, and who listens to it. */
export class Channel {
  readonly metric: string
  readonly listeners = new Set<Listener>()
  /** Whether its points come in. */
  isSubscribed = false
  /** null: the manager does not know it. */
  metadata: Metadata | null = null
  /** The newest point since it is subscribed. */
  last: LastPoint | undefined
  /** Since when nobody listens; undefined if somebody does. By `performance.now()`. */
  idleSince: number | undefined
  readonly #waiting: ((metadata: Metadata | null) => void)[] = []

  constructor(metric: string) {
    this.metric = metric
  }

  /** Its metadata, once its points come in. */
  ready(): Promise<Metadata | null> {
    if (this.isSubscribed) return Promise.resolve(this.metadata)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Its points come in from now on. */
  settle(metadata: Metadata | null): void {
    this.isSubscribed = true
    this.metadata = metadata
    for (const resolve of this.#waiting.splice(0)) resolve(metadata)
  }

  /** Hand points to everybody. */
  deliver(columns: Columns): void {
    const at = columns.times.length - 1
    const timeNs = columns.times[at]
    if (timeNs !== undefined && (this.last === undefined || timeNs >= this.last.timeNs)) {
      this.last = { timeNs, value: columns.values[at]! }
    }
    for (const listener of this.listeners) listener.onPoints(this.metric, columns)
  }
}
