import type { CatalogueEntry } from "./catalogue.js"
import type { MetricState } from "./metric-state.js"

/** Which metrics are looked for, and in which order. */
export interface MetricQuery {
  /** Words, with blanks: all must occur in name, description or unit, in any case. */
  readonly words?: string
  /** Only these names. */
  readonly among?: ReadonlySet<string>
  readonly unit?: string
  readonly source?: string
  /** Default: all but hidden ones. */
  readonly state?: MetricState
  /** Default: where words are looked for, the best match first; else by name. */
  readonly sort?: MetricSort
  readonly descending?: boolean
}

export type MetricSort = "name" | "unit" | "source" | "rate" | "date"

export const metricSorts: readonly MetricSort[] = ["name", "unit", "source", "rate", "date"]

/**
 * The metrics that a query means, in its order. `ordered` is ordered by name.
 *
 * Looking through 100,000 metrics takes some milliseconds for each word.
 */
export function searchMetrics(ordered: readonly CatalogueEntry[], query: MetricQuery): CatalogueEntry[] {
  const words = (query.words ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  const found = ordered.filter((entry) => fits(entry, query, words))
  if (query.sort === undefined && words.length > 0) return bestFirst(found, words)
  if (query.sort !== undefined && query.sort !== "name") sortBy(found, query.sort)
  return query.descending ? found.reverse() : found
}

function fits({ name, metadata, state, text }: CatalogueEntry, query: MetricQuery, words: readonly string[]): boolean {
  if (query.state === undefined ? state === "hidden" : state !== query.state) return false
  if (query.unit !== undefined && (metadata.unit ?? "") !== query.unit) return false
  if (query.source !== undefined && (metadata.source ?? "") !== query.source) return false
  if (query.among !== undefined && !query.among.has(name)) return false
  for (const word of words) if (!text.includes(word)) return false
  return true
}

/** The name itself, names that begin with the first word, names that have all words, others. */
function bestFirst(found: readonly CatalogueEntry[], words: readonly string[]): CatalogueEntry[] {
  const ranks: CatalogueEntry[][] = [[], [], [], []]
  const [first = ""] = words
  const whole = `${first}\n`
  for (const entry of found) {
    const { name, text } = entry
    let rank = 3
    if (words.every((word) => text.indexOf(word) + word.length <= name.length)) {
      rank = !text.startsWith(first) ? 2 : text.startsWith(whole) ? 0 : 1
    }
    ranks[rank]!.push(entry)
  }
  return ranks.flat()
}

function sortBy(found: CatalogueEntry[], field: Exclude<MetricSort, "name">): void {
  const keyOf = ({ metadata }: CatalogueEntry): string | number => {
    const value = metadata[field]
    if (field === "rate") return typeof value === "number" ? value : 0
    return typeof value === "string" ? value : ""
  }
  const keys = new Map(found.map((entry) => [entry, keyOf(entry)]))
  found.sort((a, b) => compare(keys.get(a)!, keys.get(b)!))
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
