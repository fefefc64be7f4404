import { basename, dirname } from "node:path"
import type { Logger } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { isLoopback } from "../server/loopback.js"
import type { ResolvedOptions } from "../server/options.js"
import { isForeignOrigin } from "../server/security.js"
import { WebError } from "../server/web-error.js"
import { type Account, keyOf } from "./account.js"
import { Accounts, accountBlocked } from "./accounts.js"
import { placeOf, sessionIdOf } from "./cookie.js"
import { type Credentials, credentialsOf } from "./credentials.js"
import { type Identity, localIdentity, nobody } from "./identity.js"
import { LastingRequests } from "./lasting-requests.js"
import { LoginLimit } from "./login-limit.js"
import { OidcLogin } from "./oidc/oidc-login.js"
import { type ProxyUser, proxyUserOf } from "./proxy-user.js"
import { lesserRole } from "./role.js"
import { type Session, Sessions, stampOf } from "./sessions.js"
import { type ApiToken, Tokens } from "./tokens.js"

/**
 * Who may use a web server: accounts with their sessions and tokens, whom a proxy names, and, as long as nobody has an account and only this machine
 * can ask, everybody.
 *
 * Life cycle: `start()` → … → `stop()`.
 */
export class Access {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly loginLimit = new LoginLimit()
  readonly lasting = new LastingRequests()
  /** Logins through a provider; undefined without one. */
  readonly oidc: OidcLogin | undefined
  readonly #options: ResolvedOptions
  readonly #logger: Logger
  #trouble: string | undefined

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#logger = options.logger
    this.accounts = new Accounts(options.folder)
    this.sessions = new Sessions(options.folder)
    this.tokens = new Tokens(options.folder)
    this.oidc = options.oidc && new OidcLogin(options.oidc, options.logger)
  }

  /**
   * Read what is kept.
   *
   * @throws {WebError} `no-administrator` where others could ask, and nobody could log in; `no-folder` for a provider without one; `state-file`
   */
  async start(): Promise<void> {
    if (this.oidc !== undefined && this.accounts.path === undefined) throw noFolder()
    await this.accounts.list({ force: true })
    await Promise.all([this.sessions.load(), this.tokens.load()])
    if (this.isOpen || this.#options.trustedHeader !== undefined || this.oidc?.makesAdministrators) return
    if (!this.accounts.known.some(({ role }) => role === "administrator")) throw this.#noAdministrator()
  }

  async stop(): Promise<void> {
    this.lasting.close()
    await this.tokens.flush().catch(() => {}) // only times of use are lost
  }

  /** Whether there are accounts, so that one can log in. */
  get hasAccounts(): boolean {
    return this.accounts.known.length > 0
  }

  /** Whether somebody can log in with a password. */
  get hasPasswords(): boolean {
    return this.accounts.known.some(({ hash }) => hash !== undefined)
  }

  /** Whether whoever asks may do everything, without saying who they are. */
  get isOpen(): boolean {
    const { host, publicUrl, trustedHeader } = this.#options
    const isOwn = isLoopback(host) && (publicUrl === undefined || isLoopback(publicUrl.hostname))
    return isOwn && trustedHeader === undefined && this.oidc === undefined && !this.hasAccounts
  }

  /** Read the accounts again if they have changed. A file that cannot be read leaves those that were known. */
  async refresh(): Promise<void> {
    try {
      await this.accounts.list()
      this.#trouble = undefined
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#trouble) this.#logger.error(`${message}; users stay as they were`)
      this.#trouble = message
    }
  }

  /**
   * Who asks.
   *
   * @throws {WebError} `token` (401) for a token that is none; `proxy-role`, `account-blocked` (403)
   */
  async identify(request: FastifyRequest): Promise<Identity> {
    await this.refresh()
    const { trustedHeader, trustedProxies, publicUrl } = this.#options
    const isForeign = isForeignOrigin(request, publicUrl)
    if (this.isOpen) return isForeign ? { ...localIdentity, role: "viewer" } : localIdentity
    const credentials = credentialsOf(request)
    if (credentials !== undefined) return this.#ofToken(credentials)
    // What a browser sends by itself, be it to us or to a proxy, says nothing of the page that has made it ask.
    if (isForeign) return nobody
    const user = trustedHeader && proxyUserOf(request, trustedHeader, trustedProxies)
    if (user) return this.#ofProxy(user)
    const id = sessionIdOf(request, placeOf(this.#options, request))
    return (id === undefined ? undefined : this.#ofSession(id)) ?? nobody
  }

  /** Whether what somebody was known by still lasts. */
  isGood({ via, session, token }: Identity): boolean {
    if (via === "loopback") return this.isOpen
    if (via === "session") return session !== undefined && this.#accountOf(this.sessions.get(session)) !== undefined
    if (via !== "token") return via === "proxy"
    const found = token && this.tokens.get(token.id)
    return found !== undefined && this.#accountWith(found.owner) !== undefined
  }

  /** The account of this id, if whoever it is of may come in; those of a provider only while that is the one that is asked. */
  #accountWith(id: string | undefined): Account | undefined {
    const account = this.accounts.known.find((each) => each.id === id)
    if (account === undefined || account.blocked !== undefined) return undefined
    return account.provider === undefined || account.provider.issuer === this.oidc?.issuer ? account : undefined
  }

  /** Names at the proxy and at a provider are not of the same people, so that only own accounts count. */
  #ofProxy(user: ProxyUser): Identity {
    const account = this.accounts.known.find(({ name, hash }) => hash !== undefined && keyOf(name) === keyOf(user.name))
    if (account === undefined) return { name: user.name, role: user.role ?? "viewer", via: "proxy" }
    if (account.blocked !== undefined) throw accountBlocked(account.name)
    return { name: account.name, role: user.role ?? account.role, via: "proxy", account: account.id }
  }

  #ofSession(id: string): Identity | undefined {
    const session = this.sessions.find(id)
    const account = this.#accountOf(session)
    if (session === undefined || account === undefined) return undefined
    return { name: account.name, role: account.role, via: "session", account: account.id, session: session.hash }
  }

  /** Whose a session is; undefined if the password has been changed since, or the account been blocked. */
  #accountOf(session: Session | undefined): Account | undefined {
    const account = this.#accountWith(session?.account)
    return account && stampOf(account) === session?.stamp ? account : undefined
  }

  #ofToken({ secret, name }: Credentials): Identity {
    const token = this.tokens.find(secret)
    const owner = token && this.#accountWith(token.owner)
    if (token && owner && (name === undefined || keyOf(name) === keyOf(owner.name)))
      return identityOfToken(token, owner)
    const remedy = "make one on the page, under Settings; with HTTP Basic, user is its owner and password the token"
    throw new WebError(
      "token",
      "this API token is unknown, has expired, or is of a user who is another one or blocked",
      {
        status: 401,
        remedy,
      },
    )
  }

  #noAdministrator(): WebError {
    const { folder, host, publicUrl } = this.#options
    const where = isLoopback(host) ? String(publicUrl) : host
    const data = folder !== undefined && basename(folder) === "web" ? ` --data ${dirname(folder)}` : ""
    const remedy =
      folder === undefined
        ? "name a folder to keep users in (--data)"
        : `make an administrator first: metricq users add NAME --role administrator${data}`
    return new WebError("no-administrator", `nobody could log in to the page at ${where}; ${remedy}`, { remedy })
  }
}

function identityOfToken(token: ApiToken, owner: Account): Identity {
  const { id, name } = token
  const common = { name: owner.name, via: "token" as const, account: owner.id, token: { id, name } }
  if (token.scope === "data") return { ...common, role: "viewer", isDataOnly: true }
  return { ...common, role: lesserRole(token.scope, owner.role) }
}

function noFolder(): WebError {
  const remedy = "name one with --data"
  const text = `people who log in through a provider need a folder to be kept in; ${remedy}`
  return new WebError("no-folder", text, { remedy })
}
