import { bodySchema } from "../../api/schemas.js"
import type { WebContext, WebPart } from "../../server/context.js"
import { WebError } from "../../server/web-error.js"
import type { Identity } from "../identity.js"
import { includesRole } from "../role.js"
import { type ApiToken, isExpired, type Scope, scopes } from "../tokens.js"

const tags = ["access"] as const
const config = { needs: "viewer" } as const
const DAY_MS = 24 * 3600_000

const createSchema = bodySchema(
  {
    name: { type: "string", minLength: 1, maxLength: 100, pattern: "\\S" },
    scope: { enum: scopes },
    days: { type: "integer", minimum: 1, maximum: 3650 },
  },
  ["name", "scope"],
)

/** `tokens`: the API tokens, everybody's own; administrators see and revoke those of all. */
export const tokens: WebPart = (app, context) => {
  const { access, audit } = context

  app.get(
    "/tokens",
    { config, schema: { tags, summary: "One's API tokens; for administrators, all" } },
    async (request) => {
      const owner = isAdministrator(request.identity) ? undefined : (request.identity.account ?? "")
      return { tokens: access.tokens.list(owner).map((token) => listed(context, token)) }
    },
  )

  app.post<{ Body: { name: string; scope: Scope; days?: number } }>(
    "/tokens",
    { config, schema: { ...createSchema, tags, summary: "Make an API token, which is told this once" } },
    async (request, reply) => {
      const { identity, body } = request
      const owner = identity.account
      if (owner === undefined || identity.via === "token") throw noOwner(context)
      if (body.scope !== "data" && !(identity.role !== "nobody" && includesRole(identity.role, body.scope))) {
        const text = `a token cannot be more than its owner, who is ${identity.role}`
        throw new WebError("token-scope", text, { status: 403, remedy: "take a lesser scope" })
      }
      const expires = body.days === undefined ? undefined : new Date(Date.now() + body.days * DAY_MS).toISOString()
      const wanted = { owner, name: body.name.trim(), scope: body.scope, ...(expires === undefined ? {} : { expires }) }
      const { token, secret } = await access.tokens.create(wanted)
      audit.record(request, {
        ...{ action: "token.add", subject: token.name },
        detail: { id: token.id, scope: token.scope, expires: expires ?? "never" },
      })
      return reply.code(201).send({ ...listed(context, token), secret })
    },
  )

  app.delete<{ Params: { id: string } }>(
    "/tokens/:id",
    { config, schema: { tags, summary: "Revoke an API token" } },
    async (request) => {
      const { identity, params } = request
      const found = access.tokens.list().find(({ id }) => id === params.id)
      const isOwn = found !== undefined && found.owner === identity.account
      if (found === undefined || !(isOwn || isAdministrator(identity))) {
        throw new WebError("no-such-token", "there is no such token of yours", {
          status: 404,
          remedy: "list them: api/v1/tokens",
        })
      }
      await access.tokens.revoke(found.id)
      access.lasting.check()
      const { owner } = listed(context, found)
      audit.record(request, { action: "token.revoke", subject: found.name, detail: { id: found.id, owner } })
      return {}
    },
  )
}

function isAdministrator({ role }: Identity): boolean {
  return role === "administrator"
}

function noOwner({ access }: WebContext): WebError {
  const remedy = access.hasAccounts
    ? "log in on the page as a user with an account"
    : "nobody needs a token here yet; add a user first, on the page or with metricq users add"
  return new WebError("no-account", "a token belongs to an account, and is made by who has logged in to it", {
    status: 409,
    remedy,
  })
}

function listed({ access }: WebContext, token: ApiToken) {
  const { id, name, scope, created, expires = null, lastUsed = null } = token
  const owner = access.accounts.known.find((account) => account.id === token.owner)?.name ?? null
  return { id, name, owner, scope, created, expires, lastUsed, expired: isExpired(token) }
}
