import { get, patch, post, put } from "../../api.js"

export type Severity = "error" | "warning" | "info"
export type FindingState = "open" | "acknowledged" | "muted"
export type Fix = "archive" | "unarchive" | "apply" | "restore" | "set-unit" | "set-rate" | "store" | "delete-queue"

/** What a fix would do. */
export interface FixPlan {
  fix: Fix
  values: Record<string, string | number>
  /** How many metrics it changes, and some of them. */
  total: number
  metrics: string[]
  /** What it has to be told, and what there is to choose from. */
  asks: { unit?: string[]; database?: string[] }
}

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
  assignee?: string
  note?: string
  /** Who has written these down, and when. */
  handledBy?: string
  handledAt?: string
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
  publish: boolean
}

export type FindingQuery = Record<string, string | number | undefined>

/** The server's API of health; rejects as `api` does. */
export const healthApi = {
  findings: (query: FindingQuery, signal?: AbortSignal) => get<FindingsAnswer>("health/findings", query, signal),
  history: (query: FindingQuery, signal?: AbortSignal) =>
    get<{ total: number; findings: Finding[] }>("health/history", query, signal),
  sweep: () => post<FindingsAnswer["sweep"]>("health/sweep", {}),
  handle: (id: string, change: { assignee: string; note: string }) => patch<Finding>(`health/findings/${id}`, change),
  assignees: () => get<{ free: boolean; names: string[] }>("health/assignees"),
  acknowledge: (id: string) => post<Finding>(`health/findings/${id}/acknowledge`, {}),
  mute: (id: string, seconds: number | null) =>
    post<Finding>(`health/findings/${id}/mute`, seconds === null ? { until: null } : { seconds }),
  reopen: (id: string) => post<Finding>(`health/findings/${id}/reopen`, {}),
  fixPlan: (id: string) => get<FixPlan>(`health/findings/${id}/fix`),
  fix: (id: string, input: { unit?: string; database?: string }) =>
    post<{ done: string }>(`health/findings/${id}/fix`, input),
  settings: (signal?: AbortSignal) => get<HealthSettings>("health/settings", {}, signal),
  change: (some: Partial<HealthSettings>) => put<HealthSettings>("health/settings", some),
}
