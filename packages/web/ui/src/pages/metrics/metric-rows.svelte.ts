import { SvelteMap } from "svelte/reactivity"
import { api, type MetricQuery, type MetricSummary } from "../../api.js"

const PAGE = 100
/** Rows in one answer of the server. */
const MOST_AT_ONCE = 1000
/** Pages kept; those furthest from what is looked at go. */
const MOST_PAGES = 40

/**
 * The metrics that a query finds, read from the server piece by piece as they come into sight. Reading is reactive.
 *
 * A new query replaces the rows when its first answer is there; what was under way for the one before is cancelled.
 */
export class MetricRows {
  /** How many there are; undefined before the first answer. */
  total: number | undefined = $state()
  /** Counts queries whose rows are there. */
  generation = $state(0)
  /** What the last request failed with. */
  trouble: unknown = $state()
  readonly #pages = new SvelteMap<number, MetricSummary[]>()
  readonly #asked = new Set<number>()
  #first = 0
  #end = 0
  #query: MetricQuery = {}
  #ending = new AbortController()

  /** Look for something else. Resolves when its first rows are there, or it was replaced or has failed. */
  async find(query: MetricQuery): Promise<void> {
    this.stop()
    this.#ending = new AbortController()
    this.#query = query
    await this.#read(0, true)
  }

  /** The row at a place; undefined if it has not come yet. */
  at(row: number): MetricSummary | undefined {
    return this.#pages.get(Math.floor(row / PAGE))?.[row % PAGE]
  }

  /** Read the rows from `first` to before `end`, if they are missing. */
  need(first: number, end: number): void {
    this.#first = first
    this.#end = end
    for (let page = Math.floor(first / PAGE); page * PAGE < end; page++) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#read(page, false)
    }
  }

  /** The names of the rows from `first` to before `end`; those that have not come are read. Rejects as the API. */
  async names(first: number, end: number): Promise<string[]> {
    const names: string[] = []
    for (let row = first; row < end; row++) {
      const name = this.at(row)?.name
      if (name !== undefined) names.push(name)
      else {
        const limit = Math.min(MOST_AT_ONCE, end - row)
        const { metrics } = await api.metrics({ ...this.#query, offset: row, limit }, this.#ending.signal)
        for (const metric of metrics) names.push(metric.name)
        row += limit - 1
      }
    }
    return names
  }

  /** Read again what is looked at: there may be more by now. What is shown stays until the new rows are there. */
  refresh(): void {
    const shown = new Set<number>([0])
    for (let page = Math.floor(this.#first / PAGE); page * PAGE < this.#end; page++) shown.add(page)
    for (const page of this.#pages.keys()) if (!shown.has(page)) this.#pages.delete(page)
    for (const page of shown) if (!this.#asked.has(page)) void this.#read(page, false)
  }

  /** Cancel what is under way. */
  stop(): void {
    this.#ending.abort()
    this.#asked.clear()
  }

  async #read(page: number, isFirst: boolean): Promise<void> {
    const { signal } = this.#ending
    this.#asked.add(page)
    try {
      const { total, metrics } = await api.metrics({ ...this.#query, offset: page * PAGE, limit: PAGE }, signal)
      if (signal.aborted) return
      if (isFirst) {
        this.#pages.clear()
        this.generation++
      }
      this.#pages.set(page, metrics)
      this.total = total
      this.trouble = undefined
      this.#forgetFar(page)
    } catch (error) {
      if (!signal.aborted) this.trouble = error
    } finally {
      if (!signal.aborted) this.#asked.delete(page)
    }
  }

  #forgetFar(page: number): void {
    if (this.#pages.size <= MOST_PAGES) return
    const byDistance = [...this.#pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page))
    for (const far of byDistance.slice(0, this.#pages.size - MOST_PAGES)) this.#pages.delete(far)
  }
}
