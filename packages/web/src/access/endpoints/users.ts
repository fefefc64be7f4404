import { bodySchema } from "../../api/schemas.js"
import type { WebContext, WebPart } from "../../server/context.js"
import type { Account } from "../account.js"
import { type Role, roles } from "../role.js"

const tags = ["access"] as const
const config = { needs: "administrator" } as const
const role = { enum: roles }
const password = { type: "string", minLength: 1, maxLength: 2000 }
const name = { type: "string", minLength: 1, maxLength: 200 }

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

  app.patch<NameParams & { Body: { role?: Role; password?: string } }>(
    "/users/:name",
    { config, schema: { ...bodySchema({ role, password }), tags, summary: "Give a user another role or password" } },
    async (request) => {
      const account = await accounts.get(request.params.name)
      const { role, password } = request.body
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

function listed({ access }: WebContext, { id, name, role, created, lastLogin }: Account) {
  const counts = { sessions: access.sessions.countOf(id), tokens: access.tokens.list(id).length }
  return { name, role, created, lastLogin: lastLogin ?? null, ...counts }
}
