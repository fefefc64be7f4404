import { WebError } from "../server/web-error.js"
import { isRole, type Role } from "./role.js"

/** A person who can log in. Times are ISO 8601. */
export interface Account {
  /** Stays the same while the account lives, and never comes again: what belongs to an account names this. */
  readonly id: string
  readonly name: string
  readonly role: Role
  /** See `hashPassword`. */
  readonly hash: string
  readonly created: string
  readonly lastLogin?: string
}

/** Accounts there can be. */
export const mostAccounts = 1000

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

/** @throws {Error} for what is no list of accounts */
export function parseAccounts(value: unknown): readonly Account[] {
  const users = (value as { users?: unknown } | null)?.users
  if (!Array.isArray(users)) throw new Error('expected {"users": […]}')
  return users.map((user: Record<string, unknown>, index) => {
    const { id, name, role, hash, created, lastLogin } = user ?? {}
    const isWhole = [id, name, hash, created].every((text) => typeof text === "string") && isRole(role)
    if (!isWhole) throw new Error(`expected id, name, role, hash and created in users[${index}]`)
    const account = { id, name, role, hash, created } as Account
    return typeof lastLogin === "string" ? { ...account, lastLogin } : account
  })
}
