import { type JsonObject, MetricqError, RPCError } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { knownDatabases } from "../network/database-tokens.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkKnown } from "./metric-targets.js"

/** Databases that are asked at a time, and how long each has. */
const AT_ONCE = 16
const ANSWER_S = 5

/** `metrics`: which databases have how much of one, and for how long they keep it. */
export const metricStorage: Endpoints = (app, context) => {
  const schema = { summary: "Which databases have how much of a metric", tags: ["metrics"] }
  app.get<{ Params: { name: string } }>("/metrics/:name/storage", { schema }, async ({ params: { name } }) => {
    await checkKnown(context, [name])
    const { tokens } = await knownDatabases(context.clientList, context.catalogue)
    const answers = await mapBounded(tokens, AT_ONCE, (token) => storageIn(context, token, name))
    return { databases: answers.filter((answer) => answer !== undefined) }
  })
}

/** What a database says of a metric, or why it says nothing; undefined if it has nothing of it. */
async function storageIn({ rpc }: ApiContext, token: string, metric: string): Promise<JsonObject | undefined> {
  try {
    const { metric: _, ...told } = await rpc.rpcTo(
      token,
      "database.storage",
      { metric },
      { repeatable: true, timeout: ANSWER_S },
    )
    return { token, ...told }
  } catch (error) {
    if (!(error instanceof MetricqError)) throw error
    if (error instanceof RPCError && error.message.includes("nothing is stored")) return undefined
    return { token, trouble: error.message }
  }
}
