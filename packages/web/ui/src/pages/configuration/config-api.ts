import { get, post, put } from "../../api.js"
import type { JsonSchema } from "./schema-form.js"

/** A configuration of the list. Times are ISO 8601. */
export interface ConfigEntry {
  token: string
  revision: string
  time: string
  author: string | null
  note: string | null
}

/** A configuration as it is stored; secrets are masks. */
export interface StoredConfig extends ConfigEntry {
  config: Record<string, unknown>
}

export interface ConfigVersion extends Omit<ConfigEntry, "token"> {
  version: number
  deleted?: boolean
}

export interface KindSummary {
  name: string
  summary: string
}

export interface KindDetails extends KindSummary {
  schema: JsonSchema
  sample: Record<string, unknown>
  /** Command that starts a client of this kind, without token and server. */
  command?: string
}

export interface CheckAnswer {
  kind: string | null
  errors: string[]
  warnings: string[]
}

/** What a client has said to its new configuration. */
export interface ApplyAnswer {
  token: string
  answered: boolean
  /** Why it did not take it. */
  refused?: string
  /** Why there is no answer. */
  reason?: string
}

const path = (token: string) => `configs/${encodeURIComponent(token)}`

/** Configurations by token. Every call rejects as those of the API. */
export const configApi = {
  list: async (): Promise<ConfigEntry[]> => (await get<{ configs: ConfigEntry[] }>("configs")).configs,
  read: (token: string, version?: number): Promise<StoredConfig> =>
    get(version === undefined ? path(token) : `${path(token)}/versions/${version}`),
  versions: async (token: string): Promise<ConfigVersion[]> =>
    (await get<{ versions: ConfigVersion[] }>(`${path(token)}/versions`, { limit: 200 })).versions,
  /** `revision` is the one it was read at, null for a new one; a stale one is refused with the code `conflict`. */
  save: (
    token: string,
    body: { config: unknown; revision: string | null; note?: string },
  ): Promise<{ revision: string }> => put(path(token), body),
  restore: (token: string, version: number, note: string): Promise<{ revision: string }> =>
    post(`${path(token)}/restore`, { version, note }),
  apply: (token: string): Promise<ApplyAnswer> => post(`${path(token)}/apply`, { timeout: 10 }),
  kinds: async (): Promise<KindSummary[]> => (await get<{ kinds: KindSummary[] }>("kinds")).kinds,
  kind: (name: string): Promise<KindDetails> => get(`kinds/${encodeURIComponent(name)}`),
  check: (token: string, config: unknown): Promise<CheckAnswer> => post("kinds/check", { token, config }),
}
