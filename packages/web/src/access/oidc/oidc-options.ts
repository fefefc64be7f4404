import { isLoopback } from "../../server/loopback.js"
import { WebError } from "../../server/web-error.js"
import { isRole, type Role } from "../role.js"

/** A provider of logins by OpenID Connect, and who may come through it. */
export interface OidcOptions {
  /** As the provider writes it: `https://id.example.org/realms/lab`. Plain http only on this machine. */
  readonly issuer: string
  /** What this server is called there. */
  readonly clientId: string
  /** Without it, it is a public client there; PKCE is used in any case. */
  readonly clientSecret?: string
  /** What the button on the page says after "Log in with". Default: the host of the issuer. */
  readonly name?: string
  /** What is asked for; `openid` always. Default: openid, profile, email. */
  readonly scopes?: readonly string[]
  /** Claim with the name of the person; where it is taken or cannot be one, the e-mail address stands in. Default `preferred_username`. */
  readonly nameClaim?: string
  /** Claim whose values `roles` maps, with dots into objects (`realm_access.roles`). Default `groups`. */
  readonly roleClaim?: string
  /** Roles of the values of that claim; the one that may most counts. */
  readonly roles?: Readonly<Record<string, Role>>
  /** Role of those for whom no value maps. Default: they are refused. */
  readonly defaultRole?: Role
  /** Only those with a verified e-mail address of these domains. Default: all. */
  readonly emailDomains?: readonly string[]
  /** How far clocks may be apart. Default 30 s, 300 at most. */
  readonly clockToleranceSeconds?: number
  /** How long a session lasts at most, and so how late a change of groups counts. Default 12, 720 at most. */
  readonly sessionHours?: number
  /** Whether to end the login at the provider, too, with that on the page. Default true. */
  readonly logout?: boolean
}

/** {@link OidcOptions} with their defaults filled in. */
export interface OidcSettings
  extends Required<Omit<OidcOptions, "clientSecret" | "defaultRole" | "emailDomains" | "roles" | "issuer">> {
  readonly issuer: URL
  readonly clientSecret: string | undefined
  readonly defaultRole: Role | undefined
  readonly emailDomains: ReadonlySet<string> | undefined
  readonly roles: ReadonlyMap<string, Role>
}

type Check = readonly [isGood: (value: unknown) => boolean, expected: string]

const text: Check = [(value) => isText(value, 500), "a text"]
const texts: Check = [
  (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every((each) => isText(each, 200)),
  "a list of texts",
]
const role: Check = [isRole, "viewer, operator or administrator"]

const checks: Readonly<Record<keyof OidcOptions, Check>> = {
  issuer: [isIssuer, "an address that begins with https://"],
  clientId: text,
  clientSecret: text,
  name: [(value) => isText(value, 60), "a text of up to 60 characters"],
  scopes: [
    (value) => texts[0](value) && (value as string[]).every((each) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(each)),
    'a list such as ["openid", "profile", "email", "groups"]',
  ],
  nameClaim: text,
  roleClaim: text,
  roles: [isRoleMap, 'an object such as {"metricq-admins": "administrator"}'],
  defaultRole: role,
  emailDomains: [
    (value) => texts[0](value) && (value as string[]).every((each) => /^[^@\s]+\.[^@\s]+$/.test(each)),
    'a list such as ["example.org"]',
  ],
  clockToleranceSeconds: numberIn(0, 300),
  sessionHours: numberIn(0.01, 720),
  logout: [(value) => typeof value === "boolean", "true or false"],
}

/**
 * What a file says of a provider.
 *
 * @throws {WebError} `oidc` naming the key, never its value
 */
export function parseOidcOptions(value: unknown): OidcSettings {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw wrong("expected an object")
  for (const [key, each] of Object.entries(value)) {
    if (!Object.hasOwn(checks, key))
      throw wrong(`${JSON.stringify(key.slice(0, 80))} is no key; those that there are: ${keys}`)
    const [isGood, expected] = checks[key as keyof OidcOptions]
    if (each !== undefined && !isGood(each)) throw wrong(`${key}: expected ${expected}`)
  }
  const options = value as OidcOptions
  for (const key of ["issuer", "clientId"] as const) if (options[key] === undefined) throw wrong(`${key} is missing`)
  const settings = withDefaults(options)
  if (settings.roles.size === 0 && settings.defaultRole === undefined) {
    throw wrong('nobody would have a role: give "roles" or "defaultRole"')
  }
  return settings
}

function withDefaults(options: OidcOptions): OidcSettings {
  const { roles = {}, emailDomains, scopes = ["openid", "profile", "email"], clientSecret, defaultRole } = options
  const issuer = new URL(options.issuer)
  return {
    ...{ issuer, clientId: options.clientId, clientSecret, defaultRole },
    name: options.name ?? issuer.hostname,
    scopes: [...new Set(["openid", ...scopes])],
    nameClaim: options.nameClaim ?? "preferred_username",
    roleClaim: options.roleClaim ?? "groups",
    roles: new Map(Object.entries(roles)),
    emailDomains: emailDomains && new Set(emailDomains.map((domain) => domain.toLowerCase())),
    clockToleranceSeconds: options.clockToleranceSeconds ?? 30,
    sessionHours: options.sessionHours ?? 12,
    logout: options.logout ?? true,
  }
}

const keys = Object.keys(checks).join(", ")

function isText(value: unknown, most: number): boolean {
  return typeof value === "string" && value.trim() !== "" && value.length <= most
}

function isIssuer(value: unknown): boolean {
  if (!isText(value, 500) || !URL.canParse(value as string)) return false
  const { protocol, hostname, search, hash, username } = new URL(value as string)
  if (search !== "" || hash !== "" || username !== "") return false
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname))
}

function isRoleMap(value: unknown): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false
  const entries = Object.entries(value)
  return entries.length > 0 && entries.length <= 1000 && entries.every(([, each]) => isRole(each))
}

function numberIn(least: number, most: number): Check {
  const isGood = (value: unknown) => typeof value === "number" && value >= least && value <= most
  return [isGood, `a number from ${least} to ${most}`]
}

function wrong(text: string): WebError {
  return new WebError("oidc", `OpenID Connect: ${text}`, { remedy: "see docs/howto/access.md" })
}
