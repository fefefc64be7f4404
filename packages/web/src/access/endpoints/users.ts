import { bodySchema } from "../../api/schemas.js"
import type { WebContext, WebPart } from "../../server/context.js"
import type { Account, ProviderPerson } from "../account.js"
import { type Role, roles } from "../role.js"

const tags = ["access"] as const
const config = { needs: "administrator" } as const
const role = { enum: roles }
const password = { type: "string", minLength: 1, maxLength: 2000 }
const name = { type: "string", minLength: 1, maxLength: 200 }

interface UserChange {
  role?: Role
  password?: string
  blocked?: boolean
}

interface NameParams {
  Params: { name: string }
}

/** `users`: the accounts; only for administrators. */
export const users: WebPart = (app, context) => {
  const { access, audit } = context
  const { accounts } = access

  app.get("/users", { config, schema: { tags, summary: "All users" } }, async () => {
    return { users: (await accounts.list({ force: true })).map((account) => listed(context, account)) }
  })

  app.post<{ Body: { name: string; role: Role; password: string } }>(
    "/users",
    {
      config,
      schema: { ...bodySchema({ name, role, password }, ["name", "role", "password"]), tags, summary: "Add a user" },
    },
    async (request, reply) => {
      const account = await accounts.add(request.body)
      audit.record(request, { action: "user.add", subject: account.name, detail: { role: account.role } })
      return reply.code(201).send(listed(context, account))
    },
  )

  app.patch<NameParams & { Body: UserChange }>(
    "/users/:name",
    {
      config,
      schema: {
        ...bodySchema({ role, password, blocked: { type: "boolean" } }),
        ...{ tags, summary: "Give a user another role or password, block one, or let one in again" },
      },
    },
    async (request) => {
      const account = await accounts.get(request.params.name)
      const { role, password, blocked } = request.body
      if (password !== undefined) {
        await accounts.setPassword(account.name, password)
        const sessions = await access.sessions.endAll(account.id)
        audit.record(request, { action: "user.password", subject: account.name, detail: { sessions } })
      }
      if (role !== undefined && role !== account.role) {
        await accounts.setRole(account.name, role)
        audit.record(request, {
          action: "user.role",
          subject: account.name,
          detail: { before: account.role, after: role },
        })
      }
      if (blocked !== undefined && blocked !== (account.blocked !== undefined)) {
        await accounts.setBlocked(account.name, blocked, request.identity.name)
        const sessions = blocked ? await access.sessions.endAll(account.id) : 0
        const detail = blocked ? { sessions } : {}
        audit.record(request, { action: blocked ? "user.block" : "user.unblock", subject: account.name, detail })
      }
      access.lasting.check()
      return listed(context, await accounts.get(account.name))
    },
  )

  app.delete<NameParams>("/users/:name", { config, schema: { tags, summary: "Remove a user" } }, async (request) => {
    const account = await accounts.get(request.params.name)
    await accounts.remove(account.name)
    await access.sessions.endAll(account.id)
    await access.tokens.revokeAll(account.id)
    access.lasting.check()
    audit.record(request, { action: "user.remove", subject: account.name, detail: { role: account.role } })
    return {}
  })

  app.post<NameParams>(
    "/users/:name/logout",
    { config, schema: { tags, summary: "End all sessions of a user" } },
    async (request) => {
      const account = await accounts.get(request.params.name)
      const ended = await access.sessions.endAll(account.id)
      access.lasting.check()
      audit.record(request, { action: "user.logout", subject: account.name, detail: { sessions: ended } })
      return { ended }
    },
  )
}

function listed({ access }: WebContext, { id, name, role, provider, blocked, created, lastLogin }: Account) {
  const counts = { sessions: access.sessions.countOf(id), tokens: access.tokens.list(id).length }
  const seen = [Date.parse(lastLogin ?? ""), access.sessions.lastUseOf(id) ?? Number.NaN].filter(Number.isFinite)
  return {
    ...{ name, role, created, lastLogin: lastLogin ?? null },
    lastSeen: seen.length === 0 ? null : new Date(Math.max(...seen)).toISOString(),
    provider: provider === undefined ? null : nameOf(access, provider),
    ...{ blocked: blocked ?? null, ...counts },
  }
}

/** A provider by the name that people know; one that is not asked any more by its address. */
function nameOf({ oidc }: WebContext["access"], { issuer }: ProviderPerson): string {
  return oidc?.issuer === issuer ? oidc.settings.name : issuer
}
