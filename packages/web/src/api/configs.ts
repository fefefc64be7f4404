import { checkToken, type JsonObject, RPCError } from "@metricq/client"
import type { ConfigConflict, StoredConfig } from "@metricq/protocol"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { errorBody, refusalText } from "../server/error-answer.js"
import { WebError } from "../server/web-error.js"
import { kindOfClient } from "./config-check.js"
import { previewConfiguration } from "./config-preview.js"
import type { ApiContext, Endpoints } from "./endpoints.js"
import { checkRetention } from "./retention-guard.js"
import { bodySchema, querySchema } from "./schemas.js"
import { storedConfig } from "./stored-config.js"

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
  const { rpc, secrets } = context
  const masked = (stored: StoredConfig): StoredConfig => ({ ...stored, config: secrets.mask(stored.config) })

  app.get("/configs", async () => rpc.rpc("config.list", {}, reading))

  app.get<TokenParams & { Querystring: { version?: number } }>(
    "/configs/:token",
    { schema: querySchema({ version }) },
    async ({ params: { token }, query }) => masked(await rpc.rpc("config.get", { token, ...query }, reading)),
  )

  app.get<TokenParams>("/configs/:token/kind", async ({ params: { token } }) => {
    checkToken(token)
    const kind = await kindOfClient(context, token, (await storedConfig(rpc, token))?.config ?? {})
    if (kind !== undefined) return kind
    const remedy = "start the agent if it publishes a schema of its own"
    throw new WebError("no-such-kind", `nothing is known of configurations of ${token}`, { status: 404, remedy })
  })

  app.post<TokenParams & { Body: { config: JsonObject } }>(
    "/configs/:token/preview",
    {
      config: { needs: "viewer" },
      schema: bodySchema({ config: { type: "object" } }, ["config"]),
      bodyLimit: BODY_BYTES,
    },
    async ({ params: { token }, body: { config } }) => previewConfiguration(context, token, config),
  )

  app.get<TokenParams & { Querystring: { limit: number; before?: number } }>(
    "/configs/:token/versions",
    { schema: versionsSchema },
    async ({ params: { token }, query }) => {
      try {
        return await rpc.rpc("config.versions", { token, ...query }, reading)
      } catch (error) {
        if (error instanceof RPCError && /^no configuration/.test(refusalText(error))) return { token, versions: [] }
        throw error
      }
    },
  )

  app.get<{ Params: { token: string; version: string } }>(
    "/configs/:token/versions/:version",
    { schema: { params: { type: "object", properties: { version } } } },
    async ({ params }) => {
      const { token } = params
      return masked(await rpc.rpc("config.get", { token, version: Number(params.version) }, reading))
    },
  )
  changes(app, context)
}

/** What changes configurations: each change is noted, and the manager keeps on whose behalf it was made. */
function changes(app: FastifyInstance, { rpc, audit, clientList, secrets }: ApiContext): void {
  app.put<TokenParams & { Body: PutBody }>(
    "/configs/:token",
    { schema: putSchema, bodyLimit: BODY_BYTES },
    async (request, reply) => {
      const { token } = request.params
      const { revision, note } = request.body
      const stored = await storedConfig(rpc, token)
      const conflict = (current: StoredConfig | null | undefined) => {
        const theirs = current && { ...current, config: secrets.mask(current.config) }
        return reply.code(409).send({ ...conflictBody(token), current: theirs ?? null })
      }
      // Before secrets are put back: those of another revision may be others.
      if ((stored?.revision ?? null) !== revision) return conflict(stored)
      const config = secrets.unmask(request.body.config, stored?.config)
      checkRetention(request.identity, token, { before: stored?.config, after: config })
      try {
        const write = { token, config, revision, ...noted(note), ...behalf(request) }
        const written = await rpc.rpc("config.set", write, writing)
        audit.record(request, { action: "config.set", subject: token, detail: { revision: written.revision, note } })
        clientList.outdate()
        return written
      } catch (error) {
        if (!(error instanceof RPCError && error.code === "conflict")) throw error
        return conflict((error.answer as unknown as ConfigConflict).current)
      }
    },
  )

  app.delete<TokenParams & { Querystring: { revision?: string } }>(
    "/configs/:token",
    { schema: querySchema({ revision }), config: { needs: "administrator" } },
    async (request) => {
      const { token } = request.params
      const answer = await rpc.rpc("config.delete", { token, ...request.query, ...behalf(request) }, writing)
      audit.record(request, { action: "config.delete", subject: token })
      clientList.outdate()
      return answer
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
      const answer = await rpc.rpc("config.restore", { token, version, ...noted(note), ...behalf(request) }, writing)
      audit.record(request, { action: "config.restore", subject: token, detail: { version, note } })
      clientList.outdate()
      return answer
    },
  )

  app.post<TokenParams & { Body: { timeout?: number } | null }>(
    "/configs/:token/apply",
    { schema: { body: { anyOf: [{ type: "null" }, applySchema.body] } } },
    async (request) => {
      const { token } = request.params
      const timeout = request.body?.timeout ?? 10
      const answer = await rpc.rpc("config.apply", { token, timeout, ...behalf(request) }, { timeout: timeout + 5 })
      const { answered } = answer
      audit.record(request, {
        action: "config.apply",
        subject: token,
        detail: { answered, refused: "refused" in answer },
      })
      clientList.outdate()
      return answer
    },
  )
}

const noted = (note: string | undefined) => (note === undefined ? {} : { note })

/** Who has asked, for the manager to keep; nobody is logged in on this machine alone. */
export function behalf({ identity: { name, via } }: FastifyRequest): { by?: string } {
  return via === "loopback" ? {} : { by: name.slice(0, 100) }
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
