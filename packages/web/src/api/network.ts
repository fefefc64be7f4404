import { surveyPages } from "../health/survey.js"
import { DatabaseStatus } from "../network/database-status.js"
import { type Lineage, lineageOf } from "../network/lineage.js"
import { lineageSource } from "../network/lineage-source.js"
import { MeasuredRates } from "../network/measured-rates.js"
import { NetworkWatch } from "../network/network-watch.js"
import { reachedBy } from "../network/subscription-book.js"
import { TransformerBook } from "../network/transformer-book.js"
import { WebError } from "../server/web-error.js"
import type { ApiContext, Endpoints } from "./endpoints.js"

/** Generations of metrics, up and down. */
const DEPTH = 3
const MAX_DEPTH = 10

const networkSchema = {
  summary: "Clients, and what goes between them",
  tags: ["network"],
  querystring: { type: "object", properties: { groups: { type: "boolean", default: false } } },
} as const
const lineageSchema = {
  summary: "What a metric is made of, and what is made of it",
  tags: ["network"],
  querystring: {
    type: "object",
    properties: { depth: { type: "integer", minimum: 1, maximum: MAX_DEPTH, default: DEPTH } },
  },
} as const

/** `network`: who sends what to whom, and the lineage of a metric. */
export const network: Endpoints = (app, context) => {
  const { rpc, catalogue, clientList, options } = context
  const databases = new DatabaseStatus(rpc)
  const measured = new MeasuredRates((database) => surveyPages(rpc, database))
  const watch = new NetworkWatch({ rpc, catalogue, clientList, databases, measured, web: options.token })
  const transformers = new TransformerBook(rpc)

  app.get<{ Querystring: { groups: boolean } }>("/network", { schema: networkSchema }, async ({ query }) => {
    const { nodes, edges, groups, flows, left, trouble } = await watch.picture()
    return {
      nodes,
      edges,
      ...(query.groups && { groups, flows }),
      ...(left > 0 && { left }),
      ...(trouble !== undefined && { trouble }),
    }
  })

  app.get<{ Params: { metric: string }; Querystring: { depth: number } }>(
    "/network/lineage/:metric",
    { schema: lineageSchema },
    async ({ params: { metric }, query: { depth } }) => {
      await catalogue.learn([metric])
      const { nodes } = await watch.picture()
      const roles = new Map(nodes.map(({ id, role }) => [id, role]))
      const subscriptions = await watch.subscriptions()
      const isTransforming = (token: string) => roles.get(token) === "transformer"
      const derivations = await transformers.read([...roles.keys()].filter(isTransforming))
      const source = lineageSource({ catalogue, subscriptions, derivations, roles })
      const isWanted = subscriptions.some((subscription) => reachedBy(subscription, metric) === metric)
      if (!catalogue.get(metric) && !isWanted) throw noSuchMetric(metric)
      return { metric, depth, ...described(context, lineageOf(metric, source, { depth })) }
    },
  )
}

/** Metrics with what people want to know of them. */
function described({ catalogue }: ApiContext, { nodes, edges }: Lineage) {
  const known = nodes.map((node) => {
    const metadata = node.kind === "metric" ? catalogue.get(node.name)?.metadata : undefined
    if (!metadata) return node
    const { unit = null, description = null, rate = null } = metadata
    return { ...node, unit, description, rate }
  })
  return { nodes: known, edges }
}

function noSuchMetric(metric: string): WebError {
  const remedy = "look for it with api/v1/metrics?search="
  return new WebError("no-such-metric", `there is no metric ${JSON.stringify(metric)}`, { status: 404, remedy })
}
