import type { JsonObject } from "@metricq/client"
import { metricNames, querySchema } from "../api/schemas.js"
import type { CatalogueEntry } from "../network/catalogue.js"
import { WebError } from "../server/web-error.js"
import { consumedBy } from "./consumed.js"
import { metricDocument } from "./metric-document.js"
import { BODY_BYTES, MAX_METRICS, reading, tags, type WizardContext, type WizardRoutes } from "./wizard-context.js"

interface SearchQuery {
  readonly infix: string
  readonly limit: number
  readonly historic?: boolean
}
interface WantedMetrics {
  readonly requested_metrics?: readonly string[]
  readonly source?: string
  readonly database?: string
}

const searchQuery = querySchema({
  infix: { type: "string", maxLength: 255, default: "" },
  limit: { type: "integer", minimum: 0, maximum: MAX_METRICS, default: MAX_METRICS },
  historic: { type: "boolean" },
})
const token = { type: "string", maxLength: 255 } as const
const wantedBody = {
  type: "object",
  properties: {
    requested_metrics: { ...metricNames(MAX_METRICS), minItems: 0 },
    source: token,
    database: token,
  },
}

/** Metrics with their metadata, hidden and archived ones among them. */
export const metricList: WizardRoutes = (app, context) => {
  const { catalogue } = context

  app.get<{ Querystring: SearchQuery }>(
    "/metrics",
    { schema: { ...searchQuery, summary: "Metrics of which a component begins so", tags } },
    async ({ query }) => {
      if (query.infix !== "") await catalogue.learn([query.infix])
      return found(catalogue.list(), query).map(metricDocument)
    },
  )

  app.post<{ Body: WantedMetrics }>(
    "/metrics",
    {
      schema: { body: wantedBody, summary: "Metrics by name, of a client, or in a database", tags },
      bodyLimit: BODY_BYTES,
      config: reading,
    },
    async ({ body }) => wanted(context, body),
  )

  app.get<{ Params: { metric: string } }>(
    "/metric/:metric/consumers",
    { schema: { summary: "Clients that a metric goes to", tags } },
    async ({ params: { metric } }) => {
      const args = { metric, limit: 0 }
      const { subscriptions } = await context.rpc.rpc("client.subscriptions", args, { repeatable: true, timeout: 10 })
      return [...new Set((subscriptions as { token: string }[]).map(({ token }) => token))].sort()
    },
  )
}

/** The metric of exactly this name comes first: the wizard's page shows one only if it does. */
function found(list: readonly CatalogueEntry[], { infix, limit, historic }: SearchQuery): CatalogueEntry[] {
  const exact: CatalogueEntry[] = []
  const others: CatalogueEntry[] = []
  const inside = `.${infix}`
  for (const entry of list) {
    const { name, metadata } = entry
    if (historic !== undefined && historic !== (metadata.historic === true)) continue
    if (name === infix) exact.push(entry)
    else if (others.length < limit && (name.startsWith(infix) || name.includes(inside))) others.push(entry)
  }
  return [...exact, ...others].slice(0, limit)
}

/** @throws {WebError} `request` if nothing says which */
async function wanted(context: WizardContext, body: WantedMetrics): Promise<JsonObject[]> {
  const { catalogue } = context
  const { requested_metrics: names, source, database } = body
  if (names !== undefined) {
    await catalogue.learn(names)
    return names.map((name) => metricDocument(catalogue.get(name) ?? { name, metadata: {} }))
  }
  if (source !== undefined) {
    const own = catalogue.list().filter(({ metadata }) => metadata.source === source)
    return own.slice(0, MAX_METRICS).map(metricDocument)
  }
  if (database !== undefined) return (await consumedBy(context, database)).map(metricDocument)
  throw new WebError("request", 'say which metrics: "requested_metrics", "source" or "database"')
}
