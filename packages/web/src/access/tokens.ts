import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { WebError } from "../server/web-error.js"
import { JsonFile } from "./json-file.js"
import { isRole, type Role } from "./role.js"
import { digestOf, newSecret } from "./secret.js"

/**
 * What a token may do at most: `data` reads metrics, history and live values and nothing else; the others are roles. It never may do more than its
 * owner.
 */
export type Scope = "data" | Role

/** All scopes, from the one that may least. */
export const scopes: readonly Scope[] = ["data", "viewer", "operator", "administrator"]

/** A secret by which a program asks in the name of an account. Times are ISO 8601. */
export interface ApiToken {
  readonly id: string
  /** Of the token itself, which nobody can tell any more. */
  readonly hash: string
  /** Id of the account. */
  readonly owner: string
  readonly name: string
  readonly scope: Scope
  readonly created: string
  /** undefined: never. */
  readonly expires?: string
  /** To some minutes. */
  readonly lastUsed?: string
}

/** Tokens of an account, and of all together. */
const most = { ofAccount: 100, all: 5000 }
const USE_MS = 60_000
const PREFIX = "mqt_"

interface TokensFile {
  readonly tokens: readonly ApiToken[]
}

/**
 * The API tokens of a web server, in `tokens.json` of a folder; without a folder in memory. Only the web server whose folder it is may use it.
 */
export class Tokens {
  readonly #file: JsonFile<TokensFile>
  #byHash = new Map<string, ApiToken>()
  /** When each was used, until that is written. */
  readonly #uses = new Map<string, string>()
  #usesWrittenMs = Number.NEGATIVE_INFINITY

  constructor(folder: string | undefined) {
    const path = folder === undefined ? undefined : join(folder, "tokens.json")
    this.#file = new JsonFile<TokensFile>(path, (value) => ({ tokens: parseTokens(value) }), { tokens: [] })
  }

  /** @throws {WebError} `state-file` */
  async load(): Promise<void> {
    this.#index(await this.#file.refresh())
  }

  /** Those of an account, or all. */
  list(owner?: string): ApiToken[] {
    const all = [...this.#byHash.values()].filter((token) => owner === undefined || token.owner === owner)
    return all.map((token) => this.#withUse(token))
  }

  /** Make one, and tell it: it is nowhere else. @throws {WebError} `too-many-tokens` */
  async create(
    wanted: Pick<ApiToken, "owner" | "name" | "scope" | "expires">,
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = `${PREFIX}${newSecret()}`
    const token: ApiToken = {
      id: randomBytes(6).toString("base64url"),
      hash: digestOf(secret),
      ...wanted,
      created: new Date().toISOString(),
    }
    await this.#change((tokens) => {
      const isFull =
        tokens.length >= most.all || tokens.filter(({ owner }) => owner === wanted.owner).length >= most.ofAccount
      if (isFull)
        throw new WebError("too-many-tokens", "there are too many tokens", { status: 409, remedy: "revoke some" })
      return [...tokens, token]
    })
    return { token, secret }
  }

  /** The token that this is, if it has not expired; its use is noted. */
  find(secret: string): ApiToken | undefined {
    if (!secret.startsWith(PREFIX)) return undefined
    const token = this.#byHash.get(digestOf(secret))
    if (token === undefined || isExpired(token)) return undefined
    this.#uses.set(token.id, new Date().toISOString())
    if (performance.now() - this.#usesWrittenMs > USE_MS) void this.flush().catch(() => {}) // only a time of use is lost
    return token
  }

  /** The token of this id, if it has not expired. */
  get(id: string): ApiToken | undefined {
    return this.list().find((token) => token.id === id && !isExpired(token))
  }

  /** Revoke one; undefined if there is none of this id. */
  async revoke(id: string): Promise<ApiToken | undefined> {
    const token = this.list().find((each) => each.id === id)
    if (token !== undefined) await this.#change((tokens) => tokens.filter((each) => each.id !== id))
    return token
  }

  /** Revoke all of an account. */
  async revokeAll(owner: string): Promise<void> {
    if (this.list(owner).length > 0) await this.#change((tokens) => tokens.filter((token) => token.owner !== owner))
  }

  /** Write down when tokens were used. */
  async flush(): Promise<void> {
    if (this.#uses.size === 0) return
    this.#usesWrittenMs = performance.now()
    await this.#change((tokens) => tokens)
  }

  async #change(change: (tokens: readonly ApiToken[]) => readonly ApiToken[]): Promise<void> {
    const written = await this.#file.update(({ tokens }) => ({
      tokens: change(tokens.map((token) => this.#withUse(token))),
    }))
    this.#index(written)
  }

  #withUse(token: ApiToken): ApiToken {
    const lastUsed = this.#uses.get(token.id)
    return lastUsed === undefined ? token : { ...token, lastUsed }
  }

  #index({ tokens }: TokensFile): void {
    this.#byHash = new Map(tokens.map((token) => [token.hash, token]))
  }
}

/** Whether its time is over. */
export function isExpired({ expires }: ApiToken): boolean {
  return expires !== undefined && Date.parse(expires) <= Date.now()
}

function parseTokens(value: unknown): readonly ApiToken[] {
  const { tokens } = (value ?? {}) as { tokens?: ApiToken[] }
  if (!Array.isArray(tokens)) throw new Error('expected {"tokens": […]}')
  for (const [index, { id, hash, owner, name, scope, created }] of tokens.entries()) {
    const isWhole = [id, hash, owner, name, created].every((text) => typeof text === "string")
    if (!isWhole || !(scope === "data" || isRole(scope))) {
      throw new Error(`expected id, hash, owner, name, scope and created in tokens[${index}]`)
    }
  }
  return tokens
}
