import { type ApiError, get, onUnknown, post } from "./api.js"
import { href } from "./lib/base.js"
import { t } from "./texts/index.js"

export type Role = "viewer" | "operator" | "administrator"

/** All roles, from the one that may least. */
export const roles: readonly Role[] = ["viewer", "operator", "administrator"]

/** Who uses the page, as the server knows it. */
export interface Me {
  name: string
  /** null: the server does not know, and wants a login. */
  role: Role | null
  via: "loopback" | "session" | "token" | "proxy" | "nobody"
  /** Whether anybody has an account. */
  accounts: boolean
  /** Whether this person has one, */
  account: boolean
  /** and with a password of this server. */
  hasPassword: boolean
  /** How one can log in: with a password, and through which provider. */
  login: { password: boolean; provider: string | null }
  /** Sessions of this person, this one included. */
  sessions: number
}

interface Identity {
  /** undefined until the server has told. */
  me: Me | undefined
  /** The session has ended while the page was open: what is open stays, behind a login. */
  hasEnded: boolean
  /** Why the server could not be asked. */
  trouble: unknown
}

/** Who uses the page; reactive. Read-only for pages. */
export const identity: Identity = $state({ me: undefined, hasEnded: false, trouble: undefined })

/** Whether a login is needed before anything else can be asked. Reactive. */
export function needsLogin(): boolean {
  return identity.hasEnded || identity.me === undefined || identity.me.role === null
}

/** Whether whoever uses the page may do what needs this role. Reactive. */
export function may(role: Role): boolean {
  const own = identity.me?.role
  return own !== null && own !== undefined && roles.indexOf(own) >= roles.indexOf(role)
}

/** Why not, for a button that is disabled; undefined for those who may. Reactive. */
export function whyNot(role: Role): string | undefined {
  return may(role) ? undefined : t(`identity.needs.${role}`)
}

/** Ask the server who it takes the reader for. */
export async function askWhoIAm(): Promise<void> {
  try {
    const me = await get<Me>("me")
    // Somebody who has logged out in another window has left this one, too.
    const isOther = identity.me !== undefined && identity.me.name !== me.name && me.role !== null
    if (isOther && identity.hasEnded) return location.reload()
    identity.hasEnded = me.role === null && (identity.hasEnded || (identity.me?.role ?? null) !== null)
    if (!identity.hasEnded) identity.me = me
    identity.trouble = undefined
  } catch (error) {
    identity.trouble = error
  }
}

/** Log in; the page goes on where it was. @throws {ApiError} `login` for a wrong name or password, `too-many-logins` */
export async function logIn(name: string, password: string): Promise<void> {
  await post("login", { name, password })
  await askWhoIAm()
}

/**
 * Log in through the provider: the browser goes there, and comes back to where the page is. Where a session has ended while something is open, that
 * stays, and the provider opens beside it. `again`: as somebody else, whom the provider asks who they are.
 *
 * @throws {ApiError} `provider-away`
 */
export async function logInElsewhere(again: boolean): Promise<void> {
  const isBeside = identity.hasEnded
  const next = isBeside ? href("") : location.pathname + location.search + location.hash
  const { address } = await post<{ address: string }>("login/oidc", { next: next.slice(0, 2000), again })
  if (!isBeside) return location.assign(address)
  window.open(address, "_blank", "noopener")
  addEventListener("focus", () => void askWhoIAm(), { once: true })
}

/** End this session, or all of this person, and begin anew; at the provider that it began at, too, if that offers it. */
export async function logOut(everywhere = false): Promise<void> {
  const { provider } = await post<{ provider?: string }>("logout", { everywhere })
  if (provider === undefined) location.reload()
  else location.assign(provider)
}

/** Begin to notice when the server does not know the reader any more. Call once. */
export function startIdentity(): Promise<void> {
  onUnknown((error: ApiError) => {
    if (error.code === "login-needed" && !needsLogin()) identity.hasEnded = true
  })
  return askWhoIAm()
}
