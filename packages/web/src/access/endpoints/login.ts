import type { FastifyReply, FastifyRequest } from "fastify"
import { bodySchema } from "../../api/schemas.js"
import type { WebContext, WebPart } from "../../server/context.js"
import { WebError } from "../../server/web-error.js"
import { type Account, keyOf } from "../account.js"
import { accountBlocked } from "../accounts.js"
import { placeOf, sendSessionId } from "../cookie.js"
import { type Identity, nobody } from "../identity.js"
import { isPassword } from "../password-hash.js"
import { beginSession, originOf } from "../session-reply.js"

const name = { type: "string", minLength: 1, maxLength: 200 }
const password = { type: "string", minLength: 1, maxLength: 2000 }
const tags = ["access"] as const

interface Login {
  readonly name: string
  readonly password: string
}

/** `login`, `logout`, `me`: who one is, and how to become that. */
export const login: WebPart = (app, context) => {
  const { access, audit, logger } = context

  app.post<{ Body: Login }>(
    "/login",
    {
      config: { needs: "anyone" },
      schema: { ...bodySchema({ name, password }, ["name", "password"]), tags, summary: "Log in, with a cookie" },
    },
    async (request, reply) => {
      const account = await checked(context, request, request.body)
      await beginSession(context, { request, reply }, { account, before: request.identity.session })
      // Whoever comes to make room on a full disk must come in.
      await access.accounts.noteLogin(account.name).catch((error) => logger.warn("a login is not noted", { error }))
      audit.record(request, { action: "login", subject: account.name }, { ...account, via: "session" })
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
        summary: "End this session, or all of this user; where the browser has to go to log out at the provider, too",
      },
    },
    async (request, reply) => {
      const { identity, body } = request
      const { session } = identity
      const ended = session === undefined ? 0 : await endSessions(context, identity, body?.everywhere === true)
      const provider = session === undefined ? undefined : await providerLogout(context, request, session)
      if (ended > 0) audit.record(request, { action: "logout", subject: identity.name, detail: { sessions: ended } })
      access.lasting.check()
      sendSessionId(request, reply, placeOf(context.options, request))
      return provider === undefined ? { ended } : { ended, provider }
    },
  )

  app.get("/me", { config: { needs: "anyone" }, schema: { tags, summary: "Who asks" } }, async ({ identity }) => {
    const { role, via } = identity
    const account = await accountOf(context, identity)
    return {
      ...{ name: identity.name, role: role === "nobody" ? null : role, via, accounts: access.hasAccounts },
      ...{ account: account !== undefined, sessions: account ? access.sessions.countOf(account.id) : 0 },
      hasPassword: account?.hash !== undefined,
      login: { password: access.hasPasswords, provider: access.oidc?.settings.name ?? null },
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
    if (account?.blocked === undefined) return account as Account
    const detail = { reason: "account-blocked" }
    audit.record(request, { action: "login.failed", subject: account.name, detail }, nobody)
    throw accountBlocked(account.name)
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
  if (account?.hash === undefined || identity.via === "token") {
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
    await beginSession(context, { request, reply }, { account: changed, before: undefined })
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

/** Where to go to log out at the provider that this session began at. */
async function providerLogout(
  context: WebContext,
  request: FastifyRequest,
  session: string,
): Promise<string | undefined> {
  const account = await accountOf(context, request.identity)
  if (account?.provider === undefined) return undefined
  const back = new URL(context.options.prefix, originOf(context, request)).href
  return context.access.oidc?.logoutAddress(session, back)
}

/** The account of whoever asks; undefined for those who have none. */
async function accountOf({ access }: WebContext, { account }: Identity): Promise<Account | undefined> {
  return account === undefined ? undefined : access.accounts.find({ id: account })
}
