import { generateKeyPairSync, sign } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestEnd, type TestScope } from "@metricq/testkit"

type Json = Record<string, unknown>

/** What a provider that lies does otherwise than it should. */
export interface Lies {
  /** Claims of the ID token, from those that are right. */
  claims?(right: Json): Json
  /** The key it signs with is not the one that it names. */
  hasOtherKey?: boolean
  /** `alg` of the header. */
  alg?: string
  /** Members of its description. */
  description?(right: Json): Json
  /** The answer of its userinfo. */
  userinfo?: Json
  /** What it answers for a code. */
  answer?: { status: number; body: string; type?: string }
}

/** A provider of OpenID Connect that answers every code with a token made of `lies`; it asks nobody for a login. Ends with the test. */
export class ForgedProvider {
  readonly issuer: string
  lies: Lies = {}
  /** Of the login that is under way. */
  nonce = ""
  readonly #own = generateKeyPairSync("rsa", { modulusLength: 2048 })
  readonly #other = generateKeyPairSync("rsa", { modulusLength: 2048 })

  private constructor(issuer: string) {
    this.issuer = issuer
  }

  static async start(t: TestScope): Promise<ForgedProvider> {
    const server = createServer((request, response) => {
      const { status = 200, type = "application/json", body } = provider.#answer(request.url ?? "")
      response.writeHead(status, { "content-type": type }).end(body)
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const provider = new ForgedProvider(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestEnd(t, () => {
      server.close()
      server.closeAllConnections()
    })
    return provider
  }

  #answer(path: string): { status?: number; type?: string; body: string } {
    if (path === "/.well-known/openid-configuration") return { body: JSON.stringify(this.#description()) }
    if (path === "/keys") {
      const key = this.#own.publicKey.export({ format: "jwk" })
      return { body: JSON.stringify({ keys: [{ ...key, kid: "one", use: "sig", alg: "RS256" }] }) }
    }
    if (path === "/userinfo") return { body: JSON.stringify(this.lies.userinfo ?? {}) }
    if (path !== "/token") return { status: 404, body: "{}" }
    return (
      this.lies.answer ?? {
        body: JSON.stringify({ ...{ access_token: "a", token_type: "bearer" }, id_token: this.#token() }),
      }
    )
  }

  #description(): Json {
    const { issuer, lies } = this
    const right = {
      ...{
        issuer,
        authorization_endpoint: `${issuer}/login`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      },
      ...{ userinfo_endpoint: `${issuer}/userinfo`, id_token_signing_alg_values_supported: ["RS256"] },
      ...{ response_types_supported: ["code"], subject_types_supported: ["public"] },
    }
    return lies.description?.(right) ?? right
  }

  #token(): string {
    const { issuer, nonce, lies } = this
    const now = Math.floor(Date.now() / 1000)
    const right = {
      ...{ iss: issuer, aud: "metricq", sub: "s", iat: now, exp: now + 300, nonce },
      ...{ preferred_username: "eva", groups: ["staff"] },
    }
    const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const text = `${part({ alg: lies.alg ?? "RS256", kid: "one" })}.${part(lies.claims?.(right) ?? right)}`
    const key = (lies.hasOtherKey ? this.#other : this.#own).privateKey
    return lies.alg === "none" ? `${text}.` : `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`
  }
}
