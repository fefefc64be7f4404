import { get, post, put } from "../../api.js"

export type Severity = "error" | "warning" | "info"
export type FindingState = "open" | "acknowledged" | "muted"
export type Fix = "archive" | "unarchive" | "apply" | "delete-queue"

/** A finding as the server tells it. Times are ISO 8601. */
export interface Finding {
  id: string
  kind: string
  severity: Severity
  subject: { metric?: string; client?: string; database?: string; queue?: string }
  source: string | null
  /** In English, for kinds that this page has no words for. */
  message: string
  remedy: string
  values: Record<string, string | number>
  /** For how many metrics it stands, and some of them. */
  metrics?: number
  examples?: string[]
  since: string
  lastSeen: string
  resolved?: string
  state: FindingState
  by?: string
  at?: string
  note?: string
  /** null: for ever. */
  until?: string | null
  fix?: Fix
}

export interface FindingCounts {
  error: number
  warning: number
  info: number
  open: number
  acknowledged: number
  muted: number
  kinds: Record<string, number>
}

export interface FindingsAnswer {
  total: number
  findings: Finding[]
  counts: FindingCounts
  /** Found, but without room. */
  left: number
  sweep: { time: string | null; seconds: number; metrics: number; trouble?: string }
}

export interface HealthSettings {
  thresholds: Record<string, number>
  defaults: Record<string, number>
  off: string[]
  ignore: string[]
  webhook: { url: string; minimum: Severity; secret?: { $env: string } } | null
  publish: boolean
}

export type FindingQuery = Record<string, string | number | undefined>

/** The server's API of health; rejects as `api` does. */
export const healthApi = {
  findings: (query: FindingQuery, signal?: AbortSignal) => get<FindingsAnswer>("health/findings", query, signal),
  history: (query: FindingQuery, signal?: AbortSignal) =>
    get<{ total: number; findings: Finding[] }>("health/history", query, signal),
  sweep: () => post<FindingsAnswer["sweep"]>("health/sweep", {}),
  acknowledge: (id: string, note: string) => post<Finding>(`health/findings/${id}/acknowledge`, { note }),
  mute: (id: string, note: string, seconds: number | null) =>
    post<Finding>(`health/findings/${id}/mute`, seconds === null ? { note, until: null } : { note, seconds }),
  reopen: (id: string) => post<Finding>(`health/findings/${id}/reopen`, {}),
  fix: (id: string) => post<{ done: string }>(`health/findings/${id}/fix`, {}),
  settings: (signal?: AbortSignal) => get<HealthSettings>("health/settings", {}, signal),
  change: (some: Partial<HealthSettings>) => put<HealthSettings>("health/settings", some),
  test: () => post<{ delivered: boolean; answer: string }>("health/settings/test", {}),
}
