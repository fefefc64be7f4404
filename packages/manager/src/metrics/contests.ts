/** A metric that several clients have declared in turn. */
export interface Contest {
  readonly metric: string
  /** Their tokens; the one that declared it last comes first. */
  readonly sources: readonly string[]
  /** When it changed hands last, ISO 8601 in UTC. */
  readonly time: string
}

/** Metrics remembered; those that changed hands longest ago go first. */
const MAX_METRICS = 10_000
/** Tokens remembered of each. */
const MAX_SOURCES = 8

/** Which metrics change hands between clients, since the manager has started. */
export class Contests {
  readonly #max: number
  /** Who has had a metric, the last one first; in the order in which they changed hands. */
  readonly #metrics = new Map<string, { sources: string[]; isContested: boolean; time: string }>()

  constructor(max = MAX_METRICS) {
    this.#max = max
  }

  /** A metric of one client was declared by another. */
  taken(metric: string, from: string, by: string): void {
    const known = this.#metrics.get(metric)
    const before = known?.sources ?? []
    const sources = [...new Set([by, from, ...before])].slice(0, MAX_SOURCES)
    // Taken once, it has moved. Taken back, somebody still wants it.
    const isContested = known !== undefined && (known.isContested || before.includes(by))
    this.#metrics.delete(metric)
    this.#metrics.set(metric, { sources, isContested, time: new Date().toISOString() })
    for (const oldest of this.#metrics.keys()) if (this.#metrics.size > this.#max) this.#metrics.delete(oldest)
  }

  /** Metrics that a client has taken back from another, the newest first. */
  list(): Contest[] {
    const contested = [...this.#metrics].filter(([, { isContested }]) => isContested)
    return contested.reverse().map(([metric, { sources, time }]) => ({ metric, sources, time }))
  }
}
