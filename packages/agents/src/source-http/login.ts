import { MetricqError } from "@metricq/client"
import type { HttpAnswer, HttpHost } from "../kit/http/http-host.js"
import { secretText } from "../kit/secret-text.js"
import type { HttpHostConfig } from "./config.js"

/** How a host is told who asks. One belongs to one host. */
export interface Login {
  /** Headers for requests, once logged in. */
  readonly headers: Readonly<Record<string, string>>
  /** Logs in; also anew, after a request was refused. `false`: there is nothing that could be done. */
  enter(host: HttpHost, signal: AbortSignal): Promise<boolean>
  /** Gives back what `enter` has taken from the host. */
  leave(host: HttpHost, signal: AbortSignal): Promise<void>
}

type Credentials = Pick<HttpHostConfig, "login_type" | "user" | "password" | "login_path">

/** @throws {MetricqError} `secret` */
export function loginOf(config: Credentials): Login {
  const { login_type, user = "", password = "", login_path = "/" } = config
  if (login_type === "basic") return new BasicLogin(user, secretText(password))
  if (login_type === "cookie") return new CookieLogin(login_path, user, secretText(password))
  if (login_type === "redfish") return new RedfishLogin(user, secretText(password))
  return new NoLogin()
}

class NoLogin implements Login {
  readonly headers = {}

  async enter(): Promise<boolean> {
    return false
  }

  async leave(): Promise<void> {}
}

class BasicLogin extends NoLogin {
  override readonly headers: Readonly<Record<string, string>>

  constructor(user: string, password: string) {
    super()
    this.headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` }
  }
}

/** User and password are posted as `{"data": [user, password]}`; the cookies of the answer are the login. */
class CookieLogin implements Login {
  headers: Readonly<Record<string, string>> = {}
  readonly #path: string
  readonly #body: string

  constructor(path: string, user: string, password: string) {
    this.#path = path.startsWith("/") ? path : `/${path}`
    this.#body = JSON.stringify({ data: [user, password] })
  }

  async enter(host: HttpHost, signal: AbortSignal): Promise<boolean> {
    const answer = await host.request(this.#path, { method: "POST", headers: jsonHeaders, body: this.#body, signal })
    checkLogin(answer, this.#path)
    const cookies = [answer.headers["set-cookie"] ?? []].flat().map((cookie) => cookie.split(";", 1)[0])
    this.headers = { cookie: cookies.join("; ") }
    return true
  }

  async leave(): Promise<void> {}
}

const SESSIONS = "/redfish/v1/SessionService/Sessions"
/** Sessions that could not be deleted yet; more than this are left to the BMC. */
const MAX_LEFT = 4

/**
 * A session of a Redfish service. It is deleted before another one is made, and at the end, since BMCs have only a few and keep
 * them for long; what a BMC that did not answer still has is deleted when it answers again.
 */
class RedfishLogin implements Login {
  headers: Readonly<Record<string, string>> = {}
  readonly #body: string
  #sessions: string[] = []

  constructor(user: string, password: string) {
    this.#body = JSON.stringify({ UserName: user, Password: password })
  }

  async enter(host: HttpHost, signal: AbortSignal): Promise<boolean> {
    const answer = await host.request(SESSIONS, { method: "POST", headers: jsonHeaders, body: this.#body, signal })
    checkLogin(answer, SESSIONS)
    const { "x-auth-token": token, location } = answer.headers
    if (typeof token !== "string") throw new MetricqError("login", `${SESSIONS}: the answer has no X-Auth-Token`)
    const former = this.#sessions
    this.headers = { "x-auth-token": token }
    this.#sessions = []
    for (const session of former) await this.#delete(session, host, signal)
    const session = pathOf(typeof location === "string" ? location : answerOf(answer)["@odata.id"])
    if (session !== undefined) this.#sessions.unshift(session)
    return true
  }

  async leave(host: HttpHost, signal: AbortSignal): Promise<void> {
    const [session, ...former] = this.#sessions
    if (session === undefined || !("x-auth-token" in this.headers)) return
    this.#sessions = former
    await this.#delete(session, host, signal)
    this.headers = {}
  }

  /** Whatever is answered, the session is gone or not ours; without an answer it is tried again later. */
  async #delete(session: string, host: HttpHost, signal: AbortSignal): Promise<void> {
    try {
      await host.request(session, { method: "DELETE", headers: this.headers, signal })
    } catch {
      this.#sessions = [...this.#sessions, session].slice(0, MAX_LEFT)
    }
  }
}

const jsonHeaders = { "content-type": "application/json" }

function checkLogin({ status }: HttpAnswer, path: string): void {
  if (status < 200 || status > 299) throw new MetricqError("login", `${path}: the login was answered with ${status}`)
}

function answerOf({ text }: HttpAnswer): Record<string, unknown> {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

/** The path of an address that may be whole. */
function pathOf(address: unknown): string | undefined {
  if (typeof address !== "string" || !URL.canParse(address, "http://host/")) return undefined
  const { pathname, search } = new URL(address, "http://host/")
  return pathname + search
}
