import { basename, dirname } from "node:path"
import type { Logger } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { isLoopback, type ResolvedOptions } from "../server/options.js"
import { isForeignOrigin } from "../server/security.js"
import { WebError } from "../server/web-error.js"
import { type Account, keyOf } from "./account.js"
import { Accounts } from "./accounts.js"
import { sessionIdOf } from "./cookie.js"
import { type Credentials, credentialsOf } from "./credentials.js"
import { type Identity, localIdentity, nobody } from "./identity.js"
import { LastingRequests } from "./lasting-requests.js"
import { LoginLimit } from "./login-limit.js"
import { proxyUserOf } from "./proxy-user.js"
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
  readonly #options: ResolvedOptions
  readonly #logger: Logger
  #trouble: string | undefined

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#logger = options.logger
    this.accounts = new Accounts(options.folder)
    this.sessions = new Sessions(options.folder)
    this.tokens = new Tokens(options.folder)
  }

  /**
   * Read what is kept.
   *
   * @throws {WebError} `no-administrator` where others could ask, and nobody could log in; `state-file`
   */
  async start(): Promise<void> {
    await this.accounts.list({ force: true })
    await Promise.all([this.sessions.load(), this.tokens.load()])
    if (this.isOpen || this.#options.trustedHeader !== undefined) return
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

  /** Whether whoever asks may do everything, without saying who they are. */
  get isOpen(): boolean {
    const { host, publicUrl, trustedHeader } = this.#options
    const isOwn = isLoopback(host) && (publicUrl === undefined || isLoopback(publicUrl.hostname))
    return isOwn && trustedHeader === undefined && !this.hasAccounts
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
   * @throws {WebError} `token` (401) for a token that is none; `proxy-role`
   */
  async identify(request: FastifyRequest): Promise<Identity> {
    await this.refresh()
    const { trustedHeader, trustedProxies, publicUrl } = this.#options
    if (this.isOpen) {
      const isForeign = isForeignOrigin(request, publicUrl)
      return isForeign ? { ...localIdentity, role: "viewer" } : localIdentity
    }
    const credentials = credentialsOf(request)
    if (credentials !== undefined) return this.#ofToken(credentials)
    const user = trustedHeader && proxyUserOf(request, trustedHeader, trustedProxies)
    if (user) {
      const account = this.#accountNamed(user.name)
      return { name: account?.name ?? user.name, role: user.role ?? account?.role ?? "viewer", via: "proxy" }
    }
    const id = isForeignOrigin(request, publicUrl) ? undefined : sessionIdOf(request)
    return (id === undefined ? undefined : this.#ofSession(id)) ?? nobody
  }

  /** Whether what somebody was known by still lasts. */
  isGood({ via, session, token }: Identity): boolean {
    if (via === "loopback") return this.isOpen
    if (via === "session") return session !== undefined && this.#accountOf(this.sessions.get(session)) !== undefined
    if (via !== "token") return via === "proxy"
    const found = token && this.tokens.get(token.id)
    return found !== undefined && this.accounts.known.some(({ id }) => id === found.owner)
  }

  #ofSession(id: string): Identity | undefined {
    const session = this.sessions.find(id)
    const account = this.#accountOf(session)
    return session && account && { name: account.name, role: account.role, via: "session", session: session.hash }
  }

  /** Whose a session is; undefined if the password has been changed since. */
  #accountOf(session: Session | undefined): Account | undefined {
    return this.accounts.known.find((account) => account.id === session?.account && stampOf(account) === session.stamp)
  }

  #ofToken({ secret, name }: Credentials): Identity {
    const token = this.tokens.find(secret)
    const owner = token && this.accounts.known.find(({ id }) => id === token.owner)
    if (token && owner && (name === undefined || keyOf(name) === keyOf(owner.name)))
      return identityOfToken(token, owner)
    const remedy = "make one on the page, under Settings; with HTTP Basic, user is its owner and password the token"
    throw new WebError("token", "this API token is unknown, has expired, or is of another user", {
      status: 401,
      remedy,
    })
  }

  #accountNamed(name: string): Account | undefined {
    return this.accounts.known.find((account) => keyOf(account.name) === keyOf(name))
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
  const common = { name: owner.name, via: "token" as const, token: { id: token.id, name: token.name } }
  if (token.scope === "data") return { ...common, role: "viewer", isDataOnly: true }
  return { ...common, role: lesserRole(token.scope, owner.role) }
}
