import { checkName } from "../account.js"
import { includesRole, type Role } from "../role.js"
import type { OidcSettings } from "./oidc-options.js"

/** Claims about a person, as JSON has brought them; nothing about their shape is known. */
export type Claims = Readonly<Record<string, unknown>>

/** What is made of the claims about somebody. */
export interface ClaimedPerson {
  /** Names they could have here, the best one first; may be empty. */
  readonly names: readonly string[]
  /** undefined: none of their values has one, and there is none for all. */
  readonly role: Role | undefined
  /** Whether their e-mail address is one of those that may come. */
  readonly hasGoodEmail: boolean
  /** Values of the claim of roles, a few of them, for the audit log. */
  readonly values: readonly string[]
}

/** Values of one claim that are looked at; a person in more groups than that is in too many. */
const MOST_VALUES = 10_000

type Wanted = Pick<OidcSettings, "nameClaim" | "roleClaim" | "roles" | "defaultRole" | "emailDomains">

/** What the claims say of somebody. Whatever has a shape that is not expected counts as not being there. */
export function personOf(claims: Claims, settings: Wanted): ClaimedPerson {
  const email = verifiedEmailOf(claims)
  const values = textsAt(claims, settings.roleClaim)
  const { emailDomains } = settings
  return {
    names: [claimAt(claims, settings.nameClaim), email].flatMap((name) => nameOf(name)),
    role: highestRole(values, settings.roles) ?? settings.defaultRole,
    hasGoodEmail: emailDomains === undefined || (email !== undefined && emailDomains.has(domainOf(email))),
    values: values.slice(0, 20).map((value) => value.slice(0, 80)),
  }
}

/** Claims that `settings` need and these do not have. */
export function lacksClaims(claims: Claims, { nameClaim, roleClaim, roles, emailDomains }: Wanted): boolean {
  const needed = [
    nameClaim,
    ...(roles.size > 0 ? [roleClaim] : []),
    ...(emailDomains ? ["email", "email_verified"] : []),
  ]
  return needed.some((name) => claimAt(claims, name) === undefined)
}

/** A claim by its name, or, where none has it, by the path that it is with dots. Only what stands there itself counts. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let found: unknown = claims
  for (const part of path.split(".")) {
    if (found === null || typeof found !== "object" || !Object.hasOwn(found, part)) return undefined
    found = (found as Claims)[part]
  }
  return found
}

function textsAt(claims: Claims, path: string): string[] {
  const value = claimAt(claims, path)
  const list: unknown[] = Array.isArray(value) ? value.slice(0, MOST_VALUES) : [value]
  return list.filter((each): each is string => typeof each === "string")
}

function highestRole(values: readonly string[], roles: ReadonlyMap<string, Role>): Role | undefined {
  let highest: Role | undefined
  for (const value of values) {
    const role = roles.get(value)
    if (role !== undefined && (highest === undefined || includesRole(role, highest))) highest = role
  }
  return highest
}

/** Some providers write `true` as a text. An address that nobody has verified may be anybody's. */
function verifiedEmailOf(claims: Claims): string | undefined {
  const [email, verified] = [claimAt(claims, "email"), claimAt(claims, "email_verified")]
  return typeof email === "string" && (verified === true || verified === "true") ? email : undefined
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1).toLowerCase()
}

function nameOf(value: unknown): string[] {
  if (typeof value !== "string") return []
  try {
    return [checkName(value.trim().replace(/\s+/g, "."))]
  } catch {
    return [] // not a name here, so the next one is tried
  }
}
