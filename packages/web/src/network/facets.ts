import type { Metadata } from "@metricq/client"
import type { MetricState } from "./metric-state.js"

/** What is told apart here. */
export interface Faceted {
  readonly metadata: Metadata
  readonly state: MetricState
}

/** How often a value occurs. */
export interface Facet {
  readonly value: string
  readonly count: number
}

/** What metrics are told apart by, apart from their names. */
export type FacetField = "unit" | "source" | "rate" | "state"

export const facetFields: readonly FacetField[] = ["unit", "source", "rate", "state"]

/** Counts of values by field, the most frequent first; "" counts the metrics without one. */
export type Facets = Readonly<Record<FacetField, Facet[]>>

/** The value of a metric in a field as text; "" if it has none. Rates are in Hz. */
export function facetValue({ metadata, state }: Faceted, field: FacetField): string {
  if (field === "state") return state
  const value = metadata[field]
  if (field === "rate") return typeof value === "number" ? String(value) : ""
  return typeof value === "string" ? value : ""
}

/** How often each value of a field occurs, the most frequent first. */
export function countFacet(entries: readonly Faceted[], field: FacetField): Facet[] {
  const counts = new Map<string, number>()
  for (const entry of entries) {
    const value = facetValue(entry, field)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
}
