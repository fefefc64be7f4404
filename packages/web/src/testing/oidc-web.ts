import { freePort, IdentityProvider, type IdentityProviderOptions, type TestScope } from "@metricq/testkit"
import type { OidcOptions } from "../access/oidc/oidc-options.js"
import type { WebServerOptions } from "../index.js"
import { type Asker, GuardedWeb } from "./guarded-web.js"

/** Cookies by their names, as a browser keeps them. */
type Jar = Map<string, string>

/** A login that has been begun. */
export interface Begun {
  /** Where the browser is sent. */
  readonly address: string
  readonly jar: Jar
}

/** How a login has ended. */
export interface Ended {
  /** Where the browser is sent in the end. */
  readonly location: string
  /** Why it has failed, as the page is told. */
  readonly failure: string | null
  readonly asker: Asker
  readonly jar: Jar
}

/** A web server with accounts, and a provider through which others log in. */
export class OidcWeb {
  readonly guarded: GuardedWeb
  readonly provider: IdentityProvider

  private constructor(guarded: GuardedWeb, provider: IdentityProvider) {
    this.guarded = guarded
    this.provider = provider
  }

  static async start(
    t: TestScope,
    people: IdentityProviderOptions["people"],
    {
      oidc = {},
      inIdToken = true,
      ...options
    }: Partial<Omit<WebServerOptions, "oidc">> & { oidc?: Partial<OidcOptions>; inIdToken?: boolean } = {},
  ): Promise<OidcWeb> {
    const port = await freePort()
    const home = `http://127.0.0.1:${port}/${options.prefix ?? ""}`.replace(/\/*$/, "/")
    const redirectUri = `${home}api/v1/login/oidc/callback`
    const provider = await IdentityProvider.start(t, { redirectUri, afterLogout: home, people, inIdToken })
    const { issuer, clientId, clientSecret } = provider
    const roles = { admins: "administrator", staff: "operator", guests: "viewer" } as const
    const guarded = await GuardedWeb.start(t, {
      ...{ port, ...options, oidc: { issuer, clientId, clientSecret, name: "Lab", roles, ...oidc } },
    })
    return new OidcWeb(guarded, provider)
  }

  /** Press the button. */
  async begin(next?: string, jar: Jar = new Map()): Promise<Begun> {
    const answer = await this.guarded.post("api/v1/login/oidc", { next }, { cookie: cookiesOf(jar) })
    keep(jar, answer)
    const { address, error } = (await answer.json()) as { address?: string; error?: { code: string } }
    if (address === undefined) throw new Error(`${answer.status} ${error?.code}`)
    return { address, jar }
  }

  /** Bring the provider's answer, as a visit from another site: strict cookies stay behind. */
  async bring(answer: string, jar: Jar): Promise<Ended> {
    const visit = await fetch(answer, {
      ...{ redirect: "manual", headers: { cookie: cookiesOf(jar), "sec-fetch-site": "cross-site" } },
    })
    keep(jar, visit)
    const location = visit.headers.get("location") ?? `${visit.status}`
    const failure = URL.canParse(location) ? new URL(location).searchParams.get("login-failed") : location
    return { location, failure, asker: this.guarded.as({ cookie: cookiesOf(jar) }), jar }
  }

  /** All of it. */
  async logIn(name: string, next?: string): Promise<Ended> {
    const { address, jar } = await this.begin(next)
    return this.bring(await this.provider.logIn(address, name), jar)
  }

  /** The newest lines of the audit log of this action. */
  async audit(action: string): Promise<Record<string, unknown>[]> {
    const ann = await this.guarded.login("ann")
    return (await ann("GET", `api/v1/audit?action=${action}`)).body.entries
  }
}

function cookiesOf(jar: Jar): string {
  return [...jar].map((pair) => pair.join("=")).join("; ")
}

function keep(jar: Jar, answer: Response): void {
  for (const cookie of answer.headers.getSetCookie()) {
    const [pair = ""] = cookie.split(";")
    jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1))
  }
}
