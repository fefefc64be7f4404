import type { JsonObject, Metadata } from "@metricq/client"
import type { CatalogueEntry } from "../network/catalogue.js"
import { countFacet, type Facet, facetFields } from "../network/facets.js"
import { type MetricSort, metricSorts, searchMetrics } from "../network/metric-search.js"
import { RecentSearches } from "../network/recent-searches.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { filterProperties, findMetrics, isKnownHere, type MetricFilter, queryOf } from "./metric-selection.js"
import { noSuchMetric } from "./no-such-metric.js"
import { querySchema } from "./schemas.js"

interface ListQuery extends MetricFilter {
  readonly sort?: string
  readonly offset: number
  readonly limit: number
}

interface NameParams {
  Params: { name: string }
}

const listQuery = querySchema({
  ...filterProperties,
  sort: { enum: metricSorts.flatMap((sort) => [sort, `-${sort}`]) },
  offset: { type: "integer", minimum: 0, default: 0 },
  limit: { type: "integer", minimum: 0, maximum: 1000, default: 100 },
})
const facetsQuery = querySchema(filterProperties)
const treeQuery = querySchema({ prefix: { type: "string", maxLength: 255, default: "" } })
const layersQuery = querySchema({ layers: { enum: ["0", "1"], default: "0" } })
const historyQuery = querySchema({ limit: { type: "integer", minimum: 1, maximum: 50, default: 50 } })

/** Values of a facet in an answer. */
const MAX_VALUES = 1000
const reading = { repeatable: true, timeout: 10 }
const tags = ["metrics"]

/** `metrics`: search, facets, tree, and the metadata of one with its layers and history. */
export const metrics: Endpoints = (app, context) => {
  const { catalogue, rpc } = context
  const recent = new RecentSearches()

  app.get<{ Querystring: ListQuery }>(
    "/metrics",
    { schema: { ...listQuery, summary: "Search metrics", tags } },
    async ({ query }) => {
      const { offset, limit } = query
      const found = await find(context, query, recent)
      return { total: found.length, offset, metrics: found.slice(offset, offset + limit).map(listed) }
    },
  )

  app.get<{ Querystring: MetricFilter }>(
    "/metrics/facets",
    { schema: { ...facetsQuery, summary: "How often units, sources, rates and states occur", tags } },
    async ({ query }) => facets(context, query),
  )

  app.get<{ Querystring: { prefix: string } }>(
    "/metrics/tree",
    { schema: { ...treeQuery, summary: "The next components of names", tags } },
    async ({ query }) => catalogue.children(query.prefix),
  )

  app.get<NameParams & { Querystring: { layers: "0" | "1" } }>(
    "/metrics/:name",
    { schema: { ...layersQuery, summary: "The metadata of a metric", tags } },
    async ({ params: { name }, query }) => {
      const hasLayers = query.layers === "1"
      const { metadata, layers } = await rpc.rpc("metadata.get", { metrics: [name], layers: hasLayers }, reading)
      const stored = metadata[name]
      if (!hasLayers) return stored ?? knownHere(context, name)
      if (!stored) throw noSuchMetric(context, name)
      return { metadata: stored, ...(layers?.[name] ?? { declared: stored, overlay: {} }) }
    },
  )

  app.get<NameParams & { Querystring: { limit: number } }>(
    "/metrics/:name/history",
    { schema: { ...historyQuery, summary: "The changes of a metric's metadata", tags } },
    async ({ params: { name }, query }) => {
      const { changes } = await rpc.rpc("metadata.history", { metric: name, limit: query.limit }, reading)
      if (changes.length === 0 && !catalogue.get(name)) throw noSuchMetric(context, name)
      return { changes }
    },
  )
}

async function find(context: ApiContext, query: ListQuery, recent: RecentSearches): Promise<readonly CatalogueEntry[]> {
  const { search, unit, source, rate, state, sort } = query
  const filter = { search, unit, source, rate, state }
  const order = { sort: sort?.replace("-", "") as MetricSort | undefined, descending: sort?.startsWith("-") }
  if (!isKnownHere(filter)) return findMetrics(context, filter, order)
  const found = { ...(await queryOf(context.rpc, filter)), ...order }
  return recent.find(context.catalogue.list(), JSON.stringify(found), (list) => searchMetrics(list, found))
}

/** Each field counts what fits all the others, so that choosing another value of it shows what there is. */
async function facets({ catalogue, rpc }: ApiContext, filter: MetricFilter): Promise<Record<string, Facet[]>> {
  const list = catalogue.list()
  const counted: [string, Facet[]][] = []
  for (const field of facetFields) {
    const found = searchMetrics(list, { ...(await queryOf(rpc, filter, field)), sort: "name" })
    counted.push([field, countFacet(found, field).slice(0, MAX_VALUES)])
  }
  return Object.fromEntries(counted)
}

/** A metric as lists have it. */
function listed({ name, metadata, state }: CatalogueEntry): JsonObject {
  const { unit = null, description = null, rate = null, source = null, quantity = null, date = null } = metadata
  return { name, unit, description, rate, source, quantity, historic: metadata.historic === true, date, state }
}

/** What a manager that cannot be asked for one has told of it before. */
function knownHere(context: ApiContext, name: string): Metadata {
  const known = context.catalogue.get(name)
  if (known) return known.metadata
  throw noSuchMetric(context, name)
}
