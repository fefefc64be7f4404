import { generateKeyPairSync } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http"
import { freePort } from "./free-port.js"
import { onTestEnd, type TestScope } from "./test-scope.js"

/** What a provider tells of a person, besides `sub`. */
export type PersonClaims = Readonly<Record<string, unknown>>

/** The client that a provider knows, and the people. */
export interface IdentityProviderOptions {
  /** Where answers may be sent to, and where people may be sent after a logout. */
  readonly redirectUri: string
  readonly afterLogout?: string
  /** By the name that one logs in with, which is also `sub`. */
  readonly people: Record<string, PersonClaims>
  /** Put claims into the ID token; otherwise they have to be asked for. Default true. */
  readonly inIdToken?: boolean
}

/**
 * A provider of OpenID Connect (`oidc-provider`) with one confidential client, at which whoever says a name is that person. It ends with the test.
 */
export class IdentityProvider {
  readonly issuer: string
  readonly clientId = "metricq"
  readonly clientSecret = "a secret of this client only"
  readonly #port: number
  readonly #answer: RequestListener
  #server: Server | undefined

  private constructor(port: number, issuer: string, answer: RequestListener) {
    this.#port = port
    this.issuer = issuer
    this.#answer = answer
  }

  static async start(t: TestScope, options: IdentityProviderOptions): Promise<IdentityProvider> {
    const port = await freePort()
    const issuer = `http://127.0.0.1:${port}`
    const provider = new IdentityProvider(port, issuer, await listenerOf(issuer, options))
    onTestEnd(t, () => provider.stop())
    await provider.resume()
    return provider
  }

  /** Answer nobody any more. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.close()
    server.closeAllConnections()
    await once(server, "close")
  }

  /** Answer again, at the same address. */
  async resume(): Promise<void> {
    const server = createServer(this.#answer)
    server.listen(this.#port, "127.0.0.1")
    await once(server, "listening")
    this.#server = server
  }

  /** Log in as a person from the address that a client gave a browser; resolves with where the browser is sent back to. */
  async logIn(address: string, name: string): Promise<string> {
    const jar = new Map<string, string>()
    let next = address
    for (let step = 0; step < 8; step += 1) {
      if (!next.startsWith(this.issuer)) return next
      const isForm = new URL(next).pathname.startsWith("/people/")
      const answer = await fetch(next, {
        ...{ redirect: "manual", headers: { cookie: [...jar].map((pair) => pair.join("=")).join("; ") } },
        ...(isForm ? { method: "POST", body: new URLSearchParams({ name }) } : {}),
      })
      for (const cookie of answer.headers.getSetCookie()) {
        const [pair = ""] = cookie.split(";")
        jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1))
      }
      const location = answer.headers.get("location")
      if (location === null) throw new Error(`${next}: ${answer.status} ${await answer.text()}`)
      next = new URL(location, next).href
    }
    throw new Error(`no end to redirects at ${next}`)
  }
}

async function listenerOf(issuer: string, options: IdentityProviderOptions): Promise<RequestListener> {
  const { Provider, said } = await quietly(() => import("oidc-provider"))
  const { provider } = await said(() => ({ provider: new Provider(issuer, configurationOf(options)) }))
  const answer = provider.callback()
  return (request, response) => {
    if (request.url?.startsWith("/people/") !== true) return void answer(request, response)
    void ask(provider, request, response).catch((error) => response.writeHead(400).end(String(error)))
  }
}

type Provider = import("oidc-provider").Provider

/** It warns of what is not meant for production, which this is not. */
async function quietly<T>(load: () => Promise<T>) {
  const said = async <R>(work: () => R | Promise<R>): Promise<R> => {
    const { warn, info } = console
    console.warn = console.info = () => {}
    try {
      return await work()
    } finally {
      Object.assign(console, { warn, info })
    }
  }
  return { ...(await said(load)), said }
}

/** The form that asks who one is, and its answer. */
async function ask(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response)
  if (request.method !== "POST") {
    const form = `<form method="post"><label>Your name <input name="name"></label> <button>Continue</button> <button name="cancel" value="yes">Cancel</button></form>`
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" })
    response.end(
      `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Provider</title><h1>Provider</h1>${form}<!-- ${uid} --></html>`,
    )
    return
  }
  let body = ""
  for await (const piece of request) body += String(piece)
  const said = new URLSearchParams(body)
  const denied = { error: "access_denied", error_description: "the person has said no" }
  const result = said.has("cancel") ? denied : { login: { accountId: said.get("name") ?? "" } }
  response.writeHead(303, { location: await provider.interactionResult(request, response, result) }).end()
}

function configurationOf({ redirectUri, afterLogout, people, inIdToken = true }: IdentityProviderOptions): object {
  const claims = [...new Set(Object.values(people).flatMap((person) => Object.keys(person)))]
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" })
  return {
    clients: [
      {
        ...{ client_id: "metricq", client_secret: "a secret of this client only" },
        ...{ redirect_uris: [redirectUri], response_types: ["code"], grant_types: ["authorization_code"] },
        post_logout_redirect_uris: afterLogout === undefined ? [] : [afterLogout],
      },
    ],
    ...{ jwks: { keys: [{ ...key, kid: "one", use: "sig", alg: "RS256" }] }, cookies: { keys: ["one of a test"] } },
    ...{
      claims: { openid: ["sub"], profile: claims },
      conformIdTokenClaims: !inIdToken,
      pkce: { required: () => true },
    },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/people/${uid}` },
    findAccount: (_: unknown, sub: string) =>
      Object.hasOwn(people, sub) ? { accountId: sub, claims: () => ({ ...people[sub], sub }) } : undefined,
    loadExistingGrant: grantAll,
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
  }
}

/** Nobody is asked for their consent. */
async function grantAll({ oidc }: { oidc: Context }): Promise<unknown> {
  const { provider, client, session, params } = oidc
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope(params.scope)
  await grant.save()
  return grant
}

interface Context {
  readonly provider: Provider
  readonly client: { clientId: string }
  readonly session: { accountId: string }
  readonly params: { scope: string }
}

function logoutSource(context: { body: string }, form: string): void {
  const button = `<button form="op.logoutForm" name="logout" value="yes">Leave here, too</button>`
  context.body = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Provider</title>${form}${button}</html>`
}
