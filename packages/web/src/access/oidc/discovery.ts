import type { Logger } from "@metricq/client"
import * as oidc from "openid-client"
import { WebError } from "../../server/web-error.js"
import { boundedFetch } from "./bounded-fetch.js"
import { faultText } from "./fault.js"
import type { OidcSettings } from "./oidc-options.js"

/** How long one request to a provider may take. */
const timeoutSeconds = 8
/** What a provider says of itself is read again after that. */
const freshMs = 3600_000
/** After a failure nobody asks for so long, twice as long after each further one. */
const pause = { firstMs: 1000, longestMs: 60_000 }

/**
 * What a provider says of itself: where to log in, its keys. It is read when somebody logs in, not before, and again each hour; one that does not
 * answer is not asked by everybody who tries.
 */
export class Discovery {
  readonly #settings: OidcSettings
  readonly #logger: Logger
  readonly #now: () => number
  #found: { configuration: oidc.Configuration; atMs: number } | undefined
  #asking: Promise<oidc.Configuration> | undefined
  #failures = 0
  #waitUntilMs = Number.NEGATIVE_INFINITY

  constructor(settings: OidcSettings, logger: Logger, now: () => number = () => performance.now()) {
    this.#settings = settings
    this.#logger = logger
    this.#now = now
  }

  /**
   * How to talk to the provider.
   *
   * @throws {WebError} `provider-away` (503) if it has not answered yet, at once while it is not asked again
   */
  async get(): Promise<oidc.Configuration> {
    const found = this.#found
    if (found !== undefined && this.#now() - found.atMs < freshMs) return found.configuration
    if (this.#now() < this.#waitUntilMs) return found?.configuration ?? Promise.reject(this.#away())
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(): Promise<oidc.Configuration> {
    try {
      const configuration = await discover(this.#settings)
      this.#found = { configuration, atMs: this.#now() }
      this.#failures = 0
      return configuration
    } catch (error) {
      this.#waitUntilMs = this.#now() + Math.min(pause.longestMs, pause.firstMs * 2 ** this.#failures)
      this.#failures += 1
      const { name, issuer } = this.#settings
      this.#logger.warn(`${name} does not tell how to log in: ${faultText(error)}`, { issuer: issuer.href })
      if (this.#found !== undefined) return this.#found.configuration
      throw this.#away(error)
    }
  }

  #away(cause?: unknown): WebError {
    const seconds = Math.max(1, Math.ceil((this.#waitUntilMs - this.#now()) / 1000))
    const remedy = `log in with a password, or try again in ${seconds} s; the log of the web server tells why`
    return new WebError("provider-away", `${this.#settings.name} does not answer`, { status: 503, remedy, cause })
  }
}

function discover(settings: OidcSettings): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret, clockToleranceSeconds } = settings
  const execute = [oidc.enableNonRepudiationChecks]
  // Options allow that for this machine only.
  if (issuer.protocol === "http:") execute.push(oidc.allowInsecureRequests)
  const metadata = { [oidc.clockTolerance]: clockToleranceSeconds }
  const authentication = clientSecret === undefined ? oidc.None() : secretAuthentication(clientSecret)
  const options = { execute, timeout: timeoutSeconds, [oidc.customFetch]: boundedFetch }
  return oidc.discovery(issuer, clientId, metadata, authentication, options)
}

/** With HTTP Basic, which every provider has to take, unless it names only the other way. */
function secretAuthentication(secret: string): oidc.ClientAuth {
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)]
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
    const isPost = !methods.includes("client_secret_basic") && methods.includes("client_secret_post")
    return (isPost ? post : basic)(server, client, body, headers)
  }
}
