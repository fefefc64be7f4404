import type { CatalogueEntry } from "../network/catalogue.js"
import type { FacetField } from "../network/facets.js"
import { type MetricQuery, searchMetrics } from "../network/metric-search.js"
import { type MetricState, metricStates } from "../network/metric-state.js"
import type { ApiContext } from "./endpoints.js"

/** Which metrics are meant, as requests say it. */
export interface MetricFilter {
  /** Words; or a glob, if there is a star in it; or a regular expression between slashes. */
  readonly search?: string
  readonly unit?: string
  readonly source?: string
  readonly rate?: string
  readonly state?: MetricState | "all"
}

/** {@link MetricFilter} in a schema. */
export const filterProperties = {
  search: { type: "string", maxLength: 500 },
  unit: { type: "string", maxLength: 100 },
  source: { type: "string", maxLength: 255 },
  rate: { type: "string", maxLength: 30 },
  state: { enum: [...metricStates, "all"] },
} as const

/**
 * The metrics that a filter means, ordered as asked.
 *
 * @throws {DataError} `pattern`; what the manager says of a regular expression
 */
export async function findMetrics(
  { catalogue, rpc }: ApiContext,
  filter: MetricFilter,
  order: Pick<MetricQuery, "sort" | "descending"> = {},
): Promise<CatalogueEntry[]> {
  return searchMetrics(catalogue.list(), { ...(await queryOf(rpc, filter)), ...order })
}

/** Whether the metrics of a filter can be found without asking anybody. */
export function isKnownHere({ search = "" }: MetricFilter): boolean {
  return expressionOf(search) === undefined
}

/** The query of a filter, without one of its fields if that is named. */
export async function queryOf(
  rpc: ApiContext["rpc"],
  filter: MetricFilter,
  without?: FacetField,
): Promise<MetricQuery> {
  const { search = "", unit, source, rate, state } = filter
  const fields = { unit, source, rate, state, ...(without && { [without]: without === "state" ? "all" : undefined }) }
  const expression = expressionOf(search)
  // User-given expressions run at the manager, which ends those that take too long.
  if (expression !== undefined) return { ...fields, among: await namesLike(rpc, expression) }
  return search.includes("*") ? { ...fields, glob: search.trim() } : { ...fields, words: search }
}

function expressionOf(search: string): string | undefined {
  return /^\/(.+)\/$/.exec(search)?.[1]
}

async function namesLike(rpc: ApiContext["rpc"], regex: string): Promise<Set<string>> {
  const names = new Set<string>()
  let after: string | undefined
  do {
    const page = after === undefined ? { regex, limit: 100_000 } : { regex, limit: 100_000, after }
    const answer = await rpc.rpc("metadata.list", page, { repeatable: true, timeout: 10 })
    for (const name of answer.metrics as string[]) names.add(name)
    after = typeof answer.next === "string" ? answer.next : undefined
  } while (after !== undefined)
  return names
}
