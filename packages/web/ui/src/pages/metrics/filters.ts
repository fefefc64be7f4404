import type { MetricQuery } from "../../api.js"

/** What the list of metrics shows, as its address says it. */
export interface Filters {
  search: string
  unit: string
  source: string
  /** Points a second, as the server's facets write it. */
  rate: string
  state: string
  /** A column, with a minus for descending order; `""` for the server's order. */
  sort: string
  /** `tree`: names by their dots; `""`: a table. */
  view: string
  /** Where in the tree: the first components of names; `""` at its root. */
  at: string
}

const KEYS = ["search", "unit", "source", "rate", "state", "sort", "view", "at"] as const
/** Those that decide which metrics there are. */
const NARROWING = ["search", "unit", "source", "rate", "state"] as const

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
export function metricQuery({ search, unit, source, rate, state, sort }: Filters): MetricQuery {
  return {
    search: search.trim() || undefined,
    unit: unit || undefined,
    source: source || undefined,
    rate: rate || undefined,
    state: state || undefined,
    sort: sort || undefined,
  }
}

/** Whether they leave anything out. */
export function isNarrowed(filters: Filters): boolean {
  return NARROWING.some((key) => filters[key] !== "")
}

/** What takes every limit away and leaves order and view. */
export const noLimits: Partial<Filters> = Object.fromEntries(NARROWING.map((key) => [key, ""]))

/** The search that finds what is below a branch of the tree, and the branch itself if it is a metric. */
export function searchBelow(path: string): string {
  return `/^${asText(path)}(\\.|$)/`
}

/** The search that finds the metrics one component below a branch; `""` for the root. */
export function searchChildren(path: string): string {
  return path === "" ? "/^[^.]+$/" : `/^${asText(path)}\\.[^.]+$/`
}

function asText(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
}

/** The order after a click on a column: up, down, the server's own. */
export function nextSort(sort: string, column: string): string {
  if (sort === column) return `-${column}`
  return sort === `-${column}` ? "" : column
}
