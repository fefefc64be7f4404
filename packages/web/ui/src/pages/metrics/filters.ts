import type { MetricQuery } from "../../api.js"

/** What the list of metrics shows, as its address says it. */
export interface Filters {
  search: string
  unit: string
  source: string
  state: string
  /** A column, with a minus for descending order; `""` for the server's order. */
  sort: string
}

const KEYS = ["search", "unit", "source", "state", "sort"] as const

/** Filters of a query string; what it does not say is empty. */
export function filtersOf(query: string): Filters {
  const given = new URLSearchParams(query)
  return Object.fromEntries(KEYS.map((key) => [key, given.get(key) ?? ""])) as unknown as Filters
}

/** The query string of filters, without what is empty. */
export function queryOf(filters: Filters): string {
  return new URLSearchParams(KEYS.flatMap((key) => (filters[key] ? [[key, filters[key]]] : []))).toString()
}

/** What the server is asked for. */
export function metricQuery({ search, unit, source, state, sort }: Filters): MetricQuery {
  return {
    search: search.trim() || undefined,
    unit: unit || undefined,
    source: source || undefined,
    state: state || undefined,
    sort: sort || undefined,
  }
}

/** The order after a click on a column: up, down, the server's own. */
export function nextSort(sort: string, column: string): string {
  if (sort === column) return `-${column}`
  return sort === `-${column}` ? "" : column
}
