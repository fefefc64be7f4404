import type { FastifyReply, FastifyRequest } from "fastify"
import { bodySchema } from "../../api/schemas.js"
import type { WebContext, WebPart } from "../../server/context.js"
import { WebError } from "../../server/web-error.js"
import { type Account, keyOf } from "../account.js"
import { type CookiePlace, sendSessionId } from "../cookie.js"
import { type Identity, nobody } from "../identity.js"
import { isPassword } from "../password-hash.js"

const name = { type: "string", minLength: 1, maxLength: 200 }
const password = { type: "string", minLength: 1, maxLength: 2000 }
const tags = ["access"] as const

interface Login {
  readonly name: string
  readonly password: string
}

/** `login`, `logout`, `me`: who one is, and how to become that. */
export const login: WebPart = (app, context) => {
  const { access, audit } = context

  app.post<{ Body: Login }>(
    "/login",
    {
      config: { needs: "anyone" },
      schema: { ...bodySchema({ name, password }, ["name", "password"]), tags, summary: "Log in, with a cookie" },
    },
    async (request, reply) => {
      const account = await checked(context, request, request.body)
      const id = await access.sessions.begin(account, request.ip)
      await access.accounts.noteLogin(account.name)
      audit.record(request, { action: "login", subject: account.name }, { ...account, via: "session" })
      sendSessionId(request, reply, placeOf(context, request), id)
      return { name: account.name, role: account.role }
    },
  )

  app.post<{ Body: { everywhere?: boolean } | null }>(
    "/logout",
    {
      config: { needs: "anyone" },
      schema: {
        body: { anyOf: [{ type: "null" }, bodySchema({ everywhere: { type: "boolean" } }).body] },
        tags,
        summary: "End this session, or all of this user",
      },
    },
    async (request, reply) => {
      const { identity, body } = request
      const ended = identity.session === undefined ? 0 : await endSessions(context, identity, body?.everywhere === true)
      if (ended > 0) audit.record(request, { action: "logout", subject: identity.name, detail: { sessions: ended } })
      access.lasting.check()
      sendSessionId(request, reply, placeOf(context, request))
      return { ended }
    },
  )

  app.get("/me", { config: { needs: "anyone" }, schema: { tags, summary: "Who asks" } }, async ({ identity }) => {
    const { role, via } = identity
    const account = await accountOf(context, identity)
    return {
      ...{ name: identity.name, role: role === "nobody" ? null : role, via, accounts: access.hasAccounts },
      ...{ account: account !== undefined, sessions: account ? access.sessions.countOf(account.id) : 0 },
    }
  })

  app.post<{ Body: { password: string; next: string } }>(
    "/me/password",
    {
      config: { needs: "viewer" },
      schema: {
        ...bodySchema({ password, next: password }, ["password", "next"]),
        tags,
        summary: "Change one's password; other sessions end",
      },
    },
    async (request, reply) => changePassword(context, request, reply),
  )
}

/** The account of whoever logs in. What is wrong is told in the same words and the same time for all. */
async function checked(
  { access, audit }: WebContext,
  request: FastifyRequest,
  { name, password }: Login,
): Promise<Account> {
  access.loginLimit.begin(name, request.ip)
  await access.refresh()
  const account = access.accounts.known.find((each) => keyOf(each.name) === keyOf(name))
  if (await isPassword(password, account?.hash)) {
    access.loginLimit.succeed(name, request.ip)
    return account as Account
  }
  // What was typed for a name that there is not may be a password.
  audit.record(request, { action: "login.failed", subject: account?.name ?? "(unknown name)" }, nobody)
  const remedy = "an administrator can set another password: metricq users password NAME"
  throw new WebError("login", "name or password is wrong", { status: 401, remedy })
}

async function changePassword(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ sessions: number }> {
  const { access, audit } = context
  const { identity } = request
  const { password, next } = request.body as { password: string; next: string }
  const account = await accountOf(context, identity)
  if (account === undefined || identity.via === "token") {
    const remedy = "log in on the page"
    throw new WebError("no-session", "only a user who has logged in has a password here", { status: 403, remedy })
  }
  access.loginLimit.begin(account.name, request.ip)
  if (!(await isPassword(password, account.hash))) {
    throw new WebError("password-wrong", "the present password is wrong", { status: 403 })
  }
  access.loginLimit.succeed(account.name, request.ip)
  await access.accounts.setPassword(account.name, next)
  const sessions = await access.sessions.endAll(account.id)
  access.lasting.check()
  audit.record(request, { action: "user.password", subject: account.name, detail: { sessions } })
  const changed = await access.accounts.find({ id: account.id })
  if (identity.via === "session" && changed) {
    sendSessionId(request, reply, placeOf(context, request), await access.sessions.begin(changed, request.ip))
  }
  return { sessions: Math.max(0, sessions - 1) }
}

async function endSessions(context: WebContext, identity: Identity, everywhere: boolean): Promise<number> {
  const { sessions } = context.access
  const account = everywhere ? await accountOf(context, identity) : undefined
  if (account) return sessions.endAll(account.id)
  await sessions.end(identity.session as string)
  return 1
}

/** The account of whoever asks; undefined for those who have none. */
async function accountOf({ access }: WebContext, { name, via }: Identity): Promise<Account | undefined> {
  return via === "loopback" || via === "nobody" ? undefined : access.accounts.find({ name })
}

function placeOf({ options: { prefix, publicUrl } }: WebContext, { protocol }: FastifyRequest): CookiePlace {
  return { path: prefix, isSecure: protocol === "https" || publicUrl?.protocol === "https:" }
}
