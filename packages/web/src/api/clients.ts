import { checkToken, RPCError } from "@metricq/client"
import { hasLabels } from "@metricq/protocol"
import { WebError } from "../server/web-error.js"
import { kindOfClient } from "./config-check.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { querySchema } from "./schemas.js"

const listSchema = querySchema({
  label: { type: "array", items: { type: "string", minLength: 1, maxLength: 127 }, maxItems: 16, default: [] },
})
const oneSchema = querySchema({ metrics: { type: "integer", minimum: 0, maximum: 10_000, default: 500 } })

/** `clients`: who takes part in the network. */
export const clients: Endpoints = (app, context) => {
  const { clientRows } = context

  app.get<{ Querystring: { label: string[] } }>("/clients", { schema: listSchema }, async ({ query: { label } }) => ({
    clients: (await clientRows.read()).filter(({ labels }) => hasLabels(labels, label)),
  }))

  app.get<{ Params: { token: string }; Querystring: { metrics: number } }>(
    "/clients/:token",
    { schema: oneSchema },
    async ({ params: { token }, query }) => {
      checkToken(token)
      const client = (await clientRows.read()).find((one) => one.token === token)
      if (client === undefined) {
        throw new WebError("no-such-client", `no client ${JSON.stringify(token)} has been seen`, { status: 404 })
      }
      const kind = await kindOfClient(context, token, {})
      return {
        ...client,
        kind: kind === undefined ? null : { name: kind.name, summary: kind.summary },
        produced: producedBy(context, token, query.metrics),
        consumed: await consumedBy(context, token, query.metrics),
      }
    },
  )
}

/** What a client has subscribed to: names and patterns of the broker, the first `most` of them. null where the manager does not tell. */
async function consumedBy({ rpc }: ApiContext, token: string, most: number) {
  try {
    const args = { token, limit: most }
    const answer = await rpc.rpc("client.subscriptions", args, { repeatable: true, timeout: 5 })
    const subscriptions = answer.subscriptions as { count: number; keys: string[] }[]
    const total = subscriptions.reduce((sum, { count }) => sum + count, 0)
    return { total, keys: subscriptions.flatMap(({ keys }) => keys).slice(0, most) }
  } catch (error) {
    if (error instanceof RPCError && /rpc handler/i.test(error.message)) return null
    throw error
  }
}

/** The metrics that a client declares, by name, the first `most` of them. */
function producedBy({ catalogue }: ApiContext, token: string, most: number) {
  const own = catalogue.list().filter(({ metadata }) => metadata.source === token)
  return {
    total: own.length,
    metrics: own.slice(0, most).map(({ name, state, metadata: { unit = null, rate = null, description = null } }) => {
      return { name, unit, rate, description, state }
    }),
  }
}
