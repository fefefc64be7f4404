import type { JsonObject } from "@metricq/client"
import type { ItemMetric } from "./item-metrics.js"

/** A configuration that somebody is working on; secrets are hidden in it. */
export interface Draft {
  config: JsonObject
  /** The stored one it began as. */
  readonly revision: string
  readonly begunMs: number
  /** Metrics that were deselected, by their item: they can be selected again until the draft is stored. */
  readonly deselected: Map<string, ItemMetric[]>
}

/** Drafts at a time, and how long one lasts that nobody touches. */
const MOST = 200
const LASTS_MS = 12 * 3_600_000

/** Drafts in memory, by who works on what. With too many of them the one that was not touched for longest goes. */
export class Drafts {
  readonly #drafts = new Map<string, { draft: Draft; touchedMs: number }>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** The draft of this key; undefined if there is none, or it has been left. */
  get(key: string): Draft | undefined {
    const found = this.#drafts.get(key)
    this.#drafts.delete(key)
    if (found === undefined || this.#now() - found.touchedMs > LASTS_MS) return undefined
    this.set(key, found.draft)
    return found.draft
  }

  set(key: string, draft: Draft): void {
    this.#drafts.delete(key)
    this.#drafts.set(key, { draft, touchedMs: this.#now() })
    for (const oldest of this.#drafts.keys()) {
      if (this.#drafts.size <= MOST) break
      this.#drafts.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#drafts.delete(key)
  }
}
