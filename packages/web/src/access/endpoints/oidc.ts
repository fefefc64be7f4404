import type { FastifyReply, FastifyRequest } from "fastify"
import { bodySchema } from "../../api/schemas.js"
import type { WebContext, WebPart } from "../../server/context.js"
import { errorAnswer } from "../../server/error-answer.js"
import { WebError } from "../../server/web-error.js"
import type { Account } from "../account.js"
import { placeOf } from "../cookie.js"
import { nobody } from "../identity.js"
import { loginCookieOf, sendLoginCookie } from "../oidc/login-cookie.js"
import { nextAddress, withFailure } from "../oidc/next-address.js"
import { loginExpired, type OidcLogin, type ProvenPerson } from "../oidc/oidc-login.js"
import type { PendingLogin } from "../oidc/pending-logins.js"
import { beginSession, originOf } from "../session-reply.js"

const tags = ["access"] as const
const callbackPath = "api/v1/login/oidc/callback"

/** `login/oidc`: log in through a provider; only where there is one. */
export const oidc: WebPart = (app, context) => {
  const { oidc } = context.access
  if (oidc === undefined) return

  // A POST, which no other page can send: so nobody is sent to the provider without wanting that.
  app.post<{ Body: { next?: string; again?: boolean } }>(
    "/login/oidc",
    {
      config: { needs: "anyone" },
      schema: {
        ...bodySchema({ next: { type: "string", maxLength: 2000 }, again: { type: "boolean" } }),
        ...{ tags, summary: "Begin a login through OpenID Connect: where the browser has to go" },
      },
    },
    async (request, reply) => {
      const place = placeOf(context.options, request)
      const origin = originOf(context, request)
      const wanted = {
        redirectUri: `${origin}${place.path}${callbackPath}`,
        next: nextAddress(request.body.next, place.path, origin),
        session: request.identity.session,
      }
      const { login, secret } = oidc.pending.add(wanted, loginCookieOf(request, place), request.ip)
      const address = await oidc.address(login, request.body.again)
      sendLoginCookie(request, reply, place, secret)
      return { address }
    },
  )

  app.get(
    "/login/oidc/callback",
    {
      ...{ config: { needs: "anyone" }, exposeHeadRoute: false },
      schema: { tags, summary: "Where the provider sends the browser back to: ends a login, and shows the page" },
    },
    async (request, reply) => reply.redirect(await answered(context, oidc, request, reply), 303),
  )
}

/** Where to go on, with a session or without. */
async function answered(
  context: WebContext,
  oidc: OidcLogin,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const place = placeOf(context.options, request)
  const { loginLimit } = context.access
  let next = nextAddress(undefined, place.path, originOf(context, request))
  try {
    loginLimit.begin(undefined, request.ip)
    const search = searchOf(request)
    const pending = oidc.pending.take(new URLSearchParams(search).get("state") ?? "", loginCookieOf(request, place))
    if (pending === undefined) throw loginExpired()
    next = pending.next
    await come(context, oidc, { request, reply, pending, proven: await oidc.finish(pending, search) })
    loginLimit.succeed(undefined, request.ip)
    return next
  } catch (error) {
    return withFailure(next, refused(context, oidc, request, error))
  }
}

interface Coming {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly pending: PendingLogin
  readonly proven: ProvenPerson
}

async function come(context: WebContext, oidc: OidcLogin, { request, reply, pending, proven }: Coming): Promise<void> {
  const { access, audit } = context
  const { account, before } = await admitted(context, oidc, proven)
  const lifeMs = oidc.settings.sessionHours * 3600_000
  const session = await beginSession(context, { request, reply }, { account, before: pending.session, lifeMs })
  oidc.keep(session, proven.idToken)
  const who = { name: account.name, role: account.role, via: "session" } as const
  const provider = oidc.settings.name
  if (before === undefined) {
    audit.record(request, { action: "user.add", subject: account.name, detail: { role: account.role, provider } }, who)
  } else if (before.role !== account.role) {
    const detail = { before: before.role, after: account.role, provider }
    audit.record(request, { action: "user.role", subject: account.name, detail }, who)
  }
  audit.record(request, { action: "login", subject: account.name, detail: { provider } }, who)
  access.lasting.check()
}

/** The account of somebody, as it is from now on. @throws {Refusal} */
async function admitted({ access }: WebContext, { settings }: OidcLogin, proven: ProvenPerson) {
  const { person, names, role, hasGoodEmail, values } = proven
  try {
    if (!hasGoodEmail) throw emailDomain(settings.name)
    if (role === undefined) throw noRole(settings.name)
    return await access.accounts.admit(person, { names, role })
  } catch (error) {
    // Whoever has lost their place at the provider loses it here, their tokens included.
    const isOut = error instanceof WebError && ["no-role", "email-domain"].includes(error.code)
    const known = isOut ? await access.accounts.disown(person) : undefined
    if (known !== undefined) await endAll(access, known)
    throw new Refusal(error, { name: known?.name ?? names[0], values })
  }
}

async function endAll(access: WebContext["access"], { id }: Account): Promise<void> {
  await access.sessions.endAll(id)
  access.lasting.check()
}

/** Why somebody does not come in whom the provider has named. */
class Refusal extends Error {
  readonly subject: string | undefined
  readonly values: readonly string[]

  constructor(cause: unknown, { name, values }: { name: string | undefined; values: readonly string[] }) {
    super("refused", { cause })
    this.subject = name
    this.values = values
  }
}

/** Note why somebody has not come in, and tell the code of that. */
function refused({ audit, logger }: WebContext, oidc: OidcLogin, request: FastifyRequest, error: unknown): string {
  const cause = error instanceof Refusal ? error.cause : error
  const { code, message, status } = errorAnswer(cause)
  if (code === "too-many-logins") return code
  const provider = oidc.settings.name
  if (status >= 500) logger.warn(`a login through ${provider} has failed: ${message}`, { error: cause })
  const values = error instanceof Refusal && error.values.length > 0 ? { values: error.values } : {}
  const subject = (error instanceof Refusal ? error.subject : undefined) ?? "(unknown name)"
  const detail = { provider, reason: code, message: message.slice(0, 400), ...values }
  audit.record(request, { action: "login.failed", subject, detail }, nobody)
  return code
}

function searchOf({ raw }: FastifyRequest): string {
  const [, ...rest] = (raw.url ?? "").split("?")
  return rest.join("?")
}

function noRole(name: string): WebError {
  const remedy = "ask an administrator: the audit log tells the groups that have come"
  return new WebError("no-role", `${name} knows you, and you have no role here`, { status: 403, remedy })
}

function emailDomain(name: string): WebError {
  const remedy = "ask an administrator"
  const text = `${name} has no verified e-mail address of yours that may come here`
  return new WebError("email-domain", text, { status: 403, remedy })
}
