import { closest, type JsonObject, type Metadata } from "@metricq/client"
import type { CatalogueEntry } from "../network/catalogue.js"
import { type MetricSort, metricSorts, searchMetrics } from "../network/metric-search.js"
import { type MetricState, metricStates } from "../network/metric-state.js"
import { RecentSearches } from "../network/recent-searches.js"
import { WebError } from "../server/web-error.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { querySchema } from "./schemas.js"

interface ListQuery {
  readonly search?: string
  readonly unit?: string
  readonly source?: string
  readonly state?: MetricState
  readonly sort?: string
  readonly offset: number
  readonly limit: number
}

const listQuery = querySchema({
  search: { type: "string", maxLength: 500 },
  unit: { type: "string", maxLength: 100 },
  source: { type: "string", maxLength: 255 },
  state: { enum: metricStates },
  sort: { enum: metricSorts.flatMap((sort) => [sort, `-${sort}`]) },
  offset: { type: "integer", minimum: 0, default: 0 },
  limit: { type: "integer", minimum: 0, maximum: 1000, default: 100 },
})

const treeQuery = querySchema({ prefix: { type: "string", maxLength: 255, default: "" } })

/** `metrics`: search, facets, tree, and the metadata of one. */
export const metrics: Endpoints = (app, context) => {
  const { catalogue } = context
  const recent = new RecentSearches()

  app.get<{ Querystring: ListQuery }>("/metrics", { schema: listQuery }, async ({ query }) => {
    const { offset, limit } = query
    const found = await find(context, query, recent)
    return { total: found.length, offset, metrics: found.slice(offset, offset + limit).map(listed) }
  })

  app.get("/metrics/facets", async () => catalogue.facets())

  app.get<{ Querystring: { prefix: string } }>("/metrics/tree", { schema: treeQuery }, async ({ query }) =>
    catalogue.children(query.prefix),
  )

  app.get<{ Params: { name: string } }>("/metrics/:name", async ({ params }) => metadataOf(context, params.name))
}

async function find(
  { catalogue, rpc }: ApiContext,
  query: ListQuery,
  recent: RecentSearches,
): Promise<readonly CatalogueEntry[]> {
  const { search = "", unit, source, state, sort } = query
  const [, expression] = /^\/(.+)\/$/.exec(search) ?? []
  const common = {
    ...{ unit, source, state },
    sort: sort?.replace("-", "") as MetricSort | undefined,
    descending: sort?.startsWith("-"),
  }
  if (expression === undefined) {
    const key = JSON.stringify([search, common])
    return recent.find(catalogue.list(), key, (list) => searchMetrics(list, { ...common, words: search }))
  }
  // User-given expressions run at the manager, which ends those that take too long.
  const among = await namesLike(rpc, expression)
  return searchMetrics(catalogue.list(), { ...common, among })
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

/** A metric as lists have it. */
function listed({ name, metadata, state }: CatalogueEntry): JsonObject {
  const { unit = null, description = null, rate = null, source = null, quantity = null, date = null } = metadata
  return { name, unit, description, rate, source, quantity, historic: metadata.historic === true, date, state }
}

async function metadataOf({ catalogue, rpc }: ApiContext, name: string): Promise<Metadata> {
  const stored = await storedMetadata(rpc, name)
  if (stored) return stored
  const known = catalogue.get(name)
  if (known) return known.metadata
  const similar = closest(
    name,
    catalogue
      .list()
      .slice(0, SIMILAR_AMONG)
      .map((entry) => entry.name),
  )
  const remedy = similar === undefined ? "look for it with api/v1/metrics?search=" : `did you mean ${similar}?`
  throw new WebError("no-such-metric", `there is no metric ${JSON.stringify(name)}`, { status: 404, remedy })
}

/** More names to compare a wrong one with would hold everything else up. */
const SIMILAR_AMONG = 2000

async function storedMetadata(rpc: ApiContext["rpc"], name: string): Promise<Metadata | undefined> {
  const { metadata } = await rpc.rpc("metadata.get", { metrics: [name] }, { repeatable: true, timeout: 10 })
  return metadata[name] ?? undefined
}
