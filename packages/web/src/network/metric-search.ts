import { globToRegExp } from "@metricq/protocol"
import type { CatalogueEntry } from "./catalogue.js"
import { type FacetField, facetValue } from "./facets.js"
import type { MetricState } from "./metric-state.js"

/** Which metrics are looked for, and in which order. */
export interface MetricQuery {
  /** Words, with blanks: all must occur in name, description or unit, in any case. */
  readonly words?: string
  /** A glob that the whole name must match. */
  readonly glob?: string
  /** Only these names. */
  readonly among?: ReadonlySet<string>
  /** Exactly these; "" means metrics without one. */
  readonly unit?: string
  readonly source?: string
  /** In Hz, as `String` writes it. */
  readonly rate?: string
  /** Default: neither archived nor hidden ones. */
  readonly state?: MetricState | "all"
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
 *
 * @throws {DataError} `pattern` for a glob that is none
 */
export function searchMetrics(ordered: readonly CatalogueEntry[], query: MetricQuery): CatalogueEntry[] {
  const words = (query.words ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  const glob = query.glob === undefined ? undefined : globToRegExp(query.glob)
  const fields = exactFields.filter((field) => query[field] !== undefined)
  const found = ordered.filter((entry) => fits(entry, query, words, glob, fields))
  if (query.sort === undefined && words.length > 0) return bestFirst(found, words)
  if (query.sort !== undefined && query.sort !== "name") sortBy(found, query.sort)
  return query.descending ? found.reverse() : found
}

const exactFields: readonly Exclude<FacetField, "state">[] = ["unit", "source", "rate"]

function fits(
  entry: CatalogueEntry,
  query: MetricQuery,
  words: readonly string[],
  glob: RegExp | undefined,
  fields: typeof exactFields,
): boolean {
  if (!isInState(entry.state, query.state)) return false
  for (const field of fields) if (facetValue(entry, field) !== query[field]) return false
  if (query.among !== undefined && !query.among.has(entry.name)) return false
  if (glob !== undefined && !glob.test(entry.name)) return false
  for (const word of words) if (!entry.text.includes(word)) return false
  return true
}

function isInState(state: MetricState, wanted: MetricState | "all" | undefined): boolean {
  if (wanted === undefined) return state !== "hidden" && state !== "archived"
  return wanted === "all" || wanted === state
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
