import { get, patch, post, remove } from "../../api.js"
import type { Role } from "../../identity.svelte.js"

/** Somebody who can log in. Times are ISO 8601. */
export interface User {
  name: string
  role: Role
  created: string
  lastLogin: string | null
  lastSeen: string | null
  /** Name of the provider of logins that they come through, and that their role comes from; null for those with a password of this server. */
  provider: string | null
  /** Since when they cannot log in, and who has decided that; `by` is null where the provider gave them no role any more. */
  blocked: { since: string; by: string | null } | null
  sessions: number
  tokens: number
}

export type Scope = "data" | Role

/** All scopes of tokens, from the one that may least. */
export const scopes: readonly Scope[] = ["data", "viewer", "operator", "administrator"]

export interface Token {
  id: string
  name: string
  /** null where the account has gone. */
  owner: string | null
  scope: Scope
  created: string
  expires: string | null
  lastUsed: string | null
  expired: boolean
}

/** One change that was made through the server. */
export interface AuditLine {
  seq: number
  time: string
  name: string
  role: string
  via: string
  token?: string
  address: string
  action: string
  subject: string
  detail?: Record<string, unknown>
}

export interface AuditQuery {
  name?: string
  action?: string
  subject?: string
  from?: string
  to?: string
  before?: number
  limit?: number
}

const one = (name: string) => `users/${encodeURIComponent(name)}`

/** Users, tokens and what was done. Every call rejects as those of the API. */
export const accessApi = {
  users: async (): Promise<User[]> => (await get<{ users: User[] }>("users")).users,
  addUser: (user: { name: string; role: Role; password: string }): Promise<User> => post("users", user),
  changeUser: (name: string, change: { role?: Role; password?: string; blocked?: boolean }): Promise<User> =>
    patch(one(name), change),
  removeUser: (name: string): Promise<unknown> => remove(one(name)),
  logOutUser: (name: string): Promise<{ ended: number }> => post(`${one(name)}/logout`, {}),
  changePassword: (password: string, next: string): Promise<{ sessions: number }> =>
    post("me/password", { password, next }),
  tokens: async (): Promise<Token[]> => (await get<{ tokens: Token[] }>("tokens")).tokens,
  /** The answer has the token itself, this once. */
  addToken: (wanted: { name: string; scope: Scope; days?: number }): Promise<Token & { secret: string }> =>
    post("tokens", wanted),
  revokeToken: (id: string): Promise<unknown> => remove(`tokens/${encodeURIComponent(id)}`),
  audit: (query: AuditQuery, signal?: AbortSignal): Promise<{ entries: AuditLine[]; next: number | null }> =>
    get("audit", { ...query }, signal),
}
