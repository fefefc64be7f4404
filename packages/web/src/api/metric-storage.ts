import { type JsonObject, MetricqError, RPCError } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { knownDatabases } from "../network/database-tokens.js"
import { type StorageSource, storageSource, storageWithoutName } from "../network/stores.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkKnown } from "./metric-targets.js"

/** Databases that are asked at a time, and how long each has. */
const AT_ONCE = 16
const ANSWER_S = 5

/** `metrics`: which databases have how much of one, and for how long they keep it. */
export const metricStorage: Endpoints = (app, context) => {
  const schema = {
    summary: "Which databases have how much of a metric, and what they are told to keep of it",
    tags: ["metrics"],
  }
  app.get<{ Params: { name: string } }>("/metrics/:name/storage", { schema }, async ({ params: { name } }) => {
    await checkKnown(context, [name])
    const { tokens } = await knownDatabases(context.clientList, context.catalogue)
    const answers = await mapBounded(tokens, AT_ONCE, (token) => storageIn(context, token, name))
    const rules = await rulesFor(context, name, new Set(tokens))
    return {
      databases: answers.flatMap((answer) => (answer === undefined ? [] : [{ ...answer, ...rules.get(answer.token) }])),
    }
  })
}

/** What the configuration of a database says of a metric: `rule`, and `otherwise` what would be so if it did not name it. */
interface Ruled {
  readonly rule: StorageSource | null
  readonly otherwise?: StorageSource | null
}

/** By token, of those that have a configuration; none if this server may not read configurations. */
async function rulesFor({ configBook, secrets }: ApiContext, metric: string, tokens: ReadonlySet<string>) {
  const rules = new Map<string, Ruled>()
  const masked = (source: StorageSource | undefined) => source && { ...source, entry: secrets.mask(source.entry) }
  const look = (token: string, config: JsonObject) => {
    if (!tokens.has(token)) return
    const rule = masked(storageSource(config, metric)) ?? null
    const otherwise = rule?.by === "name" ? { otherwise: masked(storageWithoutName(config, metric)) ?? null } : {}
    rules.set(token, { rule, ...otherwise })
  }
  await configBook.each(look).catch((error) => {
    if (!(error instanceof RPCError)) throw error
  })
  return rules
}

/** What a database says of a metric, or why it says nothing; undefined if it has nothing of it. */
async function storageIn({ rpc }: ApiContext, token: string, metric: string) {
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
