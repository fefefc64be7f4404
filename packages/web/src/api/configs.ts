import { type JsonObject, RPCError } from "@metricq/client"
import type { ConfigConflict, StoredConfig } from "@metricq/protocol"
import { Secrets } from "../network/secrets.js"
import { errorBody, refusalText } from "../server/error-answer.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { bodySchema, querySchema } from "./schemas.js"

interface TokenParams {
  Params: { token: string }
}

interface PutBody {
  readonly config: JsonObject
  readonly note?: string
  /** The one it was read at; null if there must be none yet. */
  readonly revision: string | null
}

const reading = { repeatable: true, timeout: 5 }
const writing = { timeout: 15 }
const BODY_BYTES = 8 * 1024 * 1024

const note = { type: "string", maxLength: 2000 }
const revision = { type: "string", maxLength: 200 }
const version = { type: "integer", minimum: 1 }
const putSchema = bodySchema({ config: { type: "object" }, note, revision: { anyOf: [{ type: "null" }, revision] } }, [
  "config",
  "revision",
])
const versionsSchema = querySchema({
  limit: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
  before: version,
})
const applySchema = bodySchema({ timeout: { type: "number", exclusiveMinimum: 0, maximum: 55 } })

/** `configs`: the configurations of clients, through the manager, which keeps their versions. Secrets are hidden. */
export const configs: Endpoints = (app, { rpc }) => {
  const secrets = new Secrets()
  const masked = (stored: StoredConfig): StoredConfig => ({ ...stored, config: secrets.mask(stored.config) })

  app.get("/configs", async () => rpc.rpc("config.list", {}, reading))

  app.get<TokenParams & { Querystring: { version?: number } }>(
    "/configs/:token",
    { schema: querySchema({ version }) },
    async ({ params: { token }, query }) => masked(await rpc.rpc("config.get", { token, ...query }, reading)),
  )

  app.put<TokenParams & { Body: PutBody }>(
    "/configs/:token",
    { schema: putSchema, bodyLimit: BODY_BYTES },
    async ({ params: { token }, body }, reply) => {
      const { revision, note } = body
      const stored = await storedConfig(rpc, token)
      const conflict = (current: StoredConfig | null | undefined) =>
        reply.code(409).send({ ...conflictBody(token), current: current ? masked(current) : null })
      // Before secrets are put back: those of another revision may be others.
      if ((stored?.revision ?? null) !== revision) return conflict(stored)
      const config = secrets.unmask(body.config, stored?.config)
      try {
        return await rpc.rpc(
          "config.set",
          { token, config, revision, ...(note === undefined ? {} : { note }) },
          writing,
        )
      } catch (error) {
        if (!(error instanceof RPCError && error.code === "conflict")) throw error
        return conflict((error.answer as unknown as ConfigConflict).current)
      }
    },
  )

  app.delete<TokenParams & { Querystring: { revision?: string } }>(
    "/configs/:token",
    { schema: querySchema({ revision }) },
    async ({ params: { token }, query }) => rpc.rpc("config.delete", { token, ...query }, writing),
  )

  app.get<TokenParams & { Querystring: { limit: number; before?: number } }>(
    "/configs/:token/versions",
    { schema: versionsSchema },
    async ({ params: { token }, query }) => rpc.rpc("config.versions", { token, ...query }, reading),
  )

  app.get<{ Params: { token: string; version: string } }>(
    "/configs/:token/versions/:version",
    { schema: { params: { type: "object", properties: { version } } } },
    async ({ params }) => {
      const { token } = params
      return masked(await rpc.rpc("config.get", { token, version: Number(params.version) }, reading))
    },
  )

  app.post<TokenParams & { Body: { version: number; note?: string } }>(
    "/configs/:token/restore",
    { schema: bodySchema({ version, note }, ["version"]) },
    async ({ params: { token }, body: { version, note } }) =>
      rpc.rpc("config.restore", { token, version, ...(note === undefined ? {} : { note }) }, writing),
  )

  app.post<TokenParams & { Body: { timeout?: number } | null }>(
    "/configs/:token/apply",
    { schema: { body: { anyOf: [{ type: "null" }, applySchema.body] } } },
    async ({ params: { token }, body }) => {
      const timeout = body?.timeout ?? 10
      return rpc.rpc("config.apply", { token, timeout }, { timeout: timeout + 5 })
    },
  )
}

function conflictBody(token: string) {
  const message = `the configuration of ${token} has changed since it was read`
  return errorBody({
    status: 409,
    code: "conflict",
    message,
    remedy: "compare it with what is stored, and store again",
  })
}

async function storedConfig(rpc: ApiContext["rpc"], token: string): Promise<StoredConfig | undefined> {
  try {
    return await rpc.rpc("config.get", { token }, reading)
  } catch (error) {
    if (error instanceof RPCError && /^no configuration/.test(refusalText(error))) return undefined
    throw error
  }
}
