import { type JsonObject, RPCError } from "@metricq/client"
import type { ConfigConflict, StoredConfig } from "@metricq/protocol"
import type { FastifyRequest } from "fastify"
import { Secrets } from "../network/secrets.js"
import { errorBody, refusalText } from "../server/error-answer.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkRetention } from "./retention-guard.js"
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
export const configs: Endpoints = (app, context) => {
  const { rpc, audit } = context
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
    async (request, reply) => {
      const { token } = request.params
      const { revision, note } = request.body
      const stored = await storedConfig(rpc, token)
      const conflict = (current: StoredConfig | null | undefined) =>
        reply.code(409).send({ ...conflictBody(token), current: current ? masked(current) : null })
      // Before secrets are put back: those of another revision may be others.
      if ((stored?.revision ?? null) !== revision) return conflict(stored)
      const config = secrets.unmask(request.body.config, stored?.config)
      checkRetention(request.identity, token, { before: stored?.config, after: config })
      try {
        const more = note === undefined ? by(request) : { note, ...by(request) }
        const set = await rpc.rpc("config.set", { token, config, revision, ...more }, writing)
        audit.record(request, { action: "config.set", subject: token, detail: { note, revision: set.revision } })
        return set
      } catch (error) {
        if (!(error instanceof RPCError && error.code === "conflict")) throw error
        return conflict((error.answer as unknown as ConfigConflict).current)
      }
    },
  )

  app.delete<TokenParams & { Querystring: { revision?: string } }>(
    "/configs/:token",
    { config: { needs: "administrator" }, schema: querySchema({ revision }) },
    async (request) => {
      const { params, query } = request
      const answer = await rpc.rpc("config.delete", { ...params, ...query, ...by(request) }, writing)
      audit.record(request, { action: "config.delete", subject: params.token })
      return answer
    },
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
    async (request) => {
      const { token } = request.params
      const { version, note } = request.body
      if (request.identity.role !== "administrator") {
        const [before, after] = [storedConfig(rpc, token), rpc.rpc("config.get", { token, version }, reading)]
        checkRetention(request.identity, token, { before: (await before)?.config, after: (await after).config })
      }
      const more = note === undefined ? by(request) : { note, ...by(request) }
      const restored = await rpc.rpc("config.restore", { token, version, ...more }, writing)
      audit.record(request, { action: "config.restore", subject: token, detail: { version, note } })
      return restored
    },
  )

  app.post<TokenParams & { Body: { timeout?: number } | null }>(
    "/configs/:token/apply",
    { schema: { body: { anyOf: [{ type: "null" }, applySchema.body] } } },
    async (request) => {
      const { token } = request.params
      const timeout = request.body?.timeout ?? 10
      const applied = await rpc.rpc("config.apply", { token, timeout, ...by(request) }, { timeout: timeout + 5 })
      const { answered, refused } = applied as { answered: boolean; refused?: string }
      audit.record(request, { action: "config.apply", subject: token, detail: { answered, refused } })
      return applied
    },
  )
}

/** On whose behalf the manager is asked; nobody's where there are no names. */
function by({ identity }: FastifyRequest): { by?: string } {
  return identity.via === "loopback" ? {} : { by: identity.name.slice(0, 100) }
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
