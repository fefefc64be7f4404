import { RPCError } from "@metricq/client"
import type { ConfigBook } from "../network/config-book.js"
import { placesOf } from "../network/places-of.js"
import { storesMetric } from "../network/stores.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkKnown } from "./metric-targets.js"

/** Places told of one configuration, and of all. */
const MAX_PLACES = 20
const MAX_ALL_PLACES = 1000

/** Null in place of a list: the manager does not tell. */
interface Dependents {
  readonly consumers: { token: string; how: string }[] | null
  readonly configurations: { token: string; where: string }[] | null
  readonly databases: string[] | null
}

/** `metrics`: who relies on one. */
export const metricsDependents: Endpoints = (app, context) => {
  const schema = { summary: "Who relies on a metric", tags: ["metrics"] }
  app.get<{ Params: { name: string } }>("/metrics/:name/dependents", { schema }, async ({ params: { name } }) => {
    await checkKnown(context, [name])
    const [consumers, found] = await Promise.all([consumersOf(context, name), inConfigs(context.configBook, name)])
    return { consumers, ...found } satisfies Dependents
  })
}

async function consumersOf({ rpc }: ApiContext, metric: string): Promise<Dependents["consumers"]> {
  const asked = rpc.rpc("client.subscriptions", { metric }, { repeatable: true, timeout: 10 })
  const answer = await asked.catch(refusal)
  return answer?.subscriptions.map((each) => ({ token: each.token, how: "via" in each ? each.via : metric })) ?? null
}

async function inConfigs(book: ConfigBook, metric: string): Promise<Pick<Dependents, "configurations" | "databases">> {
  const configurations: { token: string; where: string }[] = []
  const databases: string[] = []
  const looked = await book
    .each((token, config) => {
      const left = Math.min(MAX_PLACES, MAX_ALL_PLACES - configurations.length)
      for (const where of placesOf(config, metric, left)) configurations.push({ token, where })
      if (token.startsWith("db-") && storesMetric(config, metric)) databases.push(token)
    })
    .then(() => true, refusal)
  return looked ? { configurations, databases } : { configurations: null, databases: null }
}

/** A user whom the manager does not tell, and a manager that does not know, count as not knowing. */
function refusal(error: unknown): null {
  if (error instanceof RPCError) return null
  throw error
}
