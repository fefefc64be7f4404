import type { Logger } from "@metricq/client"
import * as oidc from "openid-client"
import { Gate } from "../../server/gate.js"
import { WebError } from "../../server/web-error.js"
import type { ProviderPerson } from "../account.js"
import { type ClaimedPerson, type Claims, lacksClaims, personOf } from "./claims.js"
import { Discovery } from "./discovery.js"
import { refusalOf } from "./fault.js"
import type { OidcSettings } from "./oidc-options.js"
import { type PendingLogin, PendingLogins } from "./pending-logins.js"

/** Somebody whom the provider has named, and who has shown that they are that. */
export interface ProvenPerson extends ClaimedPerson {
  readonly person: ProviderPerson
  readonly idToken: string
}

/** ID tokens that are kept for logging out; longer ones are not. */
const idTokens = { most: 2000, longest: 8000 }

/**
 * Logs people in through a provider of OpenID Connect: authorization code flow with PKCE, state and nonce.
 *
 * Nothing is asked of the provider before somebody logs in.
 */
export class OidcLogin {
  readonly settings: OidcSettings
  readonly pending = new PendingLogins()
  readonly #discovery: Discovery
  /** By the hash of the session's id; in memory only, as they tell who somebody is. */
  readonly #idTokens = new Map<string, string>()
  readonly #gate = new Gate(8, 100)

  constructor(settings: OidcSettings, logger: Logger) {
    this.settings = settings
    this.#discovery = new Discovery(settings, logger)
  }

  /** As the provider is named in accounts. */
  get issuer(): string {
    return this.settings.issuer.href
  }

  /** Whether it can make somebody administrator, so that nobody needs to be one here. */
  get makesAdministrators(): boolean {
    return [...this.settings.roles.values(), this.settings.defaultRole].includes("administrator")
  }

  /**
   * Where the browser has to go to log in; `again`: also who the provider knows already has to, so that it can be somebody else.
   *
   * @throws {WebError} `provider-away`
   */
  async address({ state, nonce, verifier, redirectUri }: PendingLogin, again = false): Promise<string> {
    const configuration = await this.#discovery.get()
    return oidc.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: this.settings.scopes.join(" "), state, nonce },
      ...{ code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" },
      ...(again ? { prompt: "login" } : {}),
    }).href
  }

  /**
   * Whom the answer names that the browser has brought; `search` is its query.
   *
   * @throws {WebError} `login-cancelled`, `provider-answer`, `provider-away`, `busy`
   */
  async finish(pending: PendingLogin, search: string): Promise<ProvenPerson> {
    try {
      return await this.#gate.run(() => this.#redeem(pending, search))
    } catch (error) {
      throw refusalOf(error, this.settings.name)
    }
  }

  /** Remember what a session began with, so that it can end at the provider, too. */
  keep(session: string, idToken: string): void {
    if (idToken.length > idTokens.longest) return
    const [oldest] = this.#idTokens.keys()
    if (this.#idTokens.size >= idTokens.most && oldest !== undefined) this.#idTokens.delete(oldest)
    this.#idTokens.set(session, idToken)
  }

  /** Where the browser has to go to log out at the provider, which sends it `back`; undefined where that is not offered, or not wanted. */
  async logoutAddress(session: string, back: string): Promise<string | undefined> {
    const idToken = this.#idTokens.get(session)
    this.#idTokens.delete(session)
    if (!this.settings.logout) return undefined
    try {
      const configuration = await this.#discovery.get()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined
      const hint = idToken === undefined ? undefined : { id_token_hint: idToken }
      return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: back, ...hint }).href
    } catch {
      return undefined // who cannot be asked cannot be logged out from; here the session has ended
    }
  }

  async #redeem({ state, nonce, verifier, redirectUri }: PendingLogin, search: string): Promise<ProvenPerson> {
    const configuration = await this.#discovery.get()
    const answer = new URL(redirectUri)
    answer.search = search
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
    const tokens = await oidc.authorizationCodeGrant(configuration, answer, checks)
    const own = tokens.claims()
    if (own === undefined || tokens.id_token === undefined) throw new Error("there is no ID token")
    const claims = await this.#completed(configuration, own, tokens.access_token)
    const person = { issuer: this.issuer, subject: own.sub }
    return { ...personOf(claims, this.settings), person, idToken: tokens.id_token }
  }

  /** Some providers put groups and names only where they have to be asked for. What is signed counts first. */
  async #completed(configuration: oidc.Configuration, own: Claims & { sub: string }, token: string): Promise<Claims> {
    const isThere = configuration.serverMetadata().userinfo_endpoint !== undefined
    if (!isThere || !lacksClaims(own, this.settings)) return own
    return { ...(await oidc.fetchUserInfo(configuration, token, own.sub)), ...own }
  }
}

/** What somebody is told whose login is not known, or not any more. */
export function loginExpired(): WebError {
  const text = "this login has taken too long, was used already, or began in another browser"
  return new WebError("login-expired", text, { status: 400, remedy: "begin again" })
}
