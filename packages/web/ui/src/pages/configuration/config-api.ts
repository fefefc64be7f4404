import { get, post, put, remove } from "../../api.js"
import type { JsonSchema } from "./schema-form.js"

/** A configuration of the list. Times are ISO 8601. */
export interface ConfigEntry {
  token: string
  revision: string
  time: string
  author: string | null
  /** Who was logged in at the page that it was written with. */
  by?: string
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
  /** The running agent has described it itself. */
  published?: true
}

export interface CheckAnswer {
  kind: string | null
  /** The running agent has described the kind itself; no list has it. */
  published: boolean
  errors: string[]
  warnings: string[]
}

/** What storing and applying a document would do; see `docs/reference/http.md`. Without `by` nobody can tell, and `unknown` says why. */
export interface PreviewAnswer {
  valid: boolean
  problems: { errors: string[]; warnings: string[] }
  by: "kind" | "formulas" | "agent" | null
  unknown?: "invalid" | "no-preview" | "not-connected" | "no-answer"
  appear?: string[]
  vanish?: string[]
  clash?: { metric: string; source: string }[]
  changed?: { metric: string; keys: Record<string, { before: unknown; after: unknown }> }[]
  counts?: Record<"appear" | "vanish" | "clash" | "changed" | "stay", number>
}

/** What is known of a name; null if it is no metric. */
export type LookedUp = { unit: string | null; rate: number | null; source: string | null } | null

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
  /** How long versions are kept; null days: only so many count. */
  retention: (): Promise<{ versions: number; days: number | null }> => get("configs/retention"),
  kinds: async (): Promise<KindSummary[]> => (await get<{ kinds: KindSummary[] }>("kinds")).kinds,
  kind: (name: string): Promise<KindDetails> => get(`kinds/${encodeURIComponent(name)}`),
  /** The kind of a client as it is known, or as the running agent describes it. */
  kindOf: (token: string): Promise<KindDetails> => get(`${path(token)}/kind`),
  preview: (token: string, config: unknown, signal?: AbortSignal): Promise<PreviewAnswer> =>
    post(`${path(token)}/preview`, { config }, signal),
  remove: (token: string, revision: string): Promise<unknown> => remove(path(token), { revision }),
  lookup: async (metrics: string[], signal?: AbortSignal): Promise<Record<string, LookedUp>> =>
    (await post<{ metrics: Record<string, LookedUp> }>("metrics/lookup", { metrics }, signal)).metrics,
  check: (token: string, config: unknown): Promise<CheckAnswer> => post("kinds/check", { token, config }),
}
