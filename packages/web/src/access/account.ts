import { WebError } from "../server/web-error.js"
import { isRole, type Role } from "./role.js"

/** A person who can log in. Times are ISO 8601. */
export interface Account {
  /** Stays the same while the account lives, and never comes again: what belongs to an account names this. */
  readonly id: string
  readonly name: string
  readonly role: Role
  /** See `hashPassword`; undefined for those who come through a provider. */
  readonly hash?: string
  /** Who they are at the provider of logins that knows them; their name and role come from there. */
  readonly provider?: ProviderPerson
  /** They cannot log in, and neither can their tokens. */
  readonly blocked?: Blocked
  readonly created: string
  readonly lastLogin?: string
}

/** A person at a provider of OpenID Connect: only both together name one, and never another one later. */
export interface ProviderPerson {
  readonly issuer: string
  readonly subject: string
}

/** Since when, and by whom; null: the provider gave them no role when they came last, which ends when it does again. */
export interface Blocked {
  readonly since: string
  readonly by: string | null
}

/** Accounts there can be. */
export const mostAccounts = 5000

/** Name by which accounts are told apart: case does not matter. */
export function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase()
}

/** @throws {WebError} `user-name` for one that cannot be */
export function checkName(name: string): string {
  const text = name.normalize("NFC").trim()
  if (/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,63}$/u.test(text) && keyOf(text) !== "local") return text
  const remedy = "take up to 64 letters, digits and . _ @ + -, and not the name local"
  throw new WebError("user-name", `${JSON.stringify(name.slice(0, 80))} cannot be the name of a user`, { remedy })
}

const shortest = 10
const longest = 1000

/** @throws {WebError} `password` for one that is too easy to guess, or too long to hash */
export function checkPassword(password: string, name: string): void {
  const remedy = "three or four words that do not belong together make a good one"
  const length = [...password].length
  if (length < shortest || length > longest) {
    throw new WebError("password", `a password has ${shortest} to ${longest} characters`, { remedy })
  }
  const isName = name.length >= 3 && keyOf(password).includes(keyOf(name))
  if (isName || new Set(password).size < 4) {
    throw new WebError("password", "this password is easy to guess", { remedy })
  }
}

/** Whether this is somebody who rules over users here and could log in even if no provider answers. */
export function isOwnAdministrator({ role, hash, blocked }: Account): boolean {
  return role === "administrator" && hash !== undefined && blocked === undefined
}

/** @throws {Error} for what is no list of accounts */
export function parseAccounts(value: unknown): readonly Account[] {
  const users = (value as { users?: unknown } | null)?.users
  if (!Array.isArray(users)) throw new Error('expected {"users": […]}')
  return users.map((user: Record<string, unknown> | null, index) => {
    const { id, name, role, hash, provider, blocked, created, lastLogin } = user ?? {}
    const isWhole = areTexts(id, name, created) && isRole(role) && (areTexts(hash) || isPerson(provider))
    if (!isWhole) throw new Error(`expected id, name, role, hash (or provider) and created in users[${index}]`)
    return {
      ...({ id, name, role, created } as Account),
      ...(areTexts(hash) ? { hash: hash as string } : { provider: provider as ProviderPerson }),
      ...(blocked === undefined ? {} : { blocked: blockedOf(blocked) }),
      ...(areTexts(lastLogin) ? { lastLogin: lastLogin as string } : {}),
    }
  })
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "string")
}

function isPerson(value: unknown): boolean {
  const { issuer, subject } = (value ?? {}) as Partial<ProviderPerson>
  return areTexts(issuer, subject)
}

/** Whatever stands there, it means that they are blocked. */
function blockedOf(value: unknown): Blocked {
  const { since, by } = (value ?? {}) as Partial<Blocked>
  return { since: typeof since === "string" ? since : "", by: typeof by === "string" || by === null ? by : "" }
}
