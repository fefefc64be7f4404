import { href } from "./lib/base.js"

/** A request that the server refused, or that did not reach it (`code` is then `unreachable`). */
export class ApiError extends Error {
  readonly code: string
  readonly remedy: string | undefined
  /** HTTP status; 0 when there was no answer. */
  readonly status: number

  constructor(code: string, message: string, remedy: string | undefined, status: number) {
    super(message)
    this.name = "ApiError"
    this.code = code
    this.remedy = remedy
    this.status = status
  }
}

export interface Status {
  network: { url: string; connected: boolean }
  metrics: number
  /** Clients that are up; null while the network is out of reach or does not tell. */
  clients: number | null
  pointsPerSecond: number | null
  database: Record<string, unknown>[]
  version: string
}

/** A metric as the list shows it. Only the name is sure to be there. */
export interface MetricSummary {
  name: string
  unit?: string | null
  description?: string | null
  rate?: number | null
  source?: string | null
  quantity?: string | null
  historic?: boolean | null
  date?: string | null
  state?: string | null
}

export interface MetricQuery {
  search?: string
  unit?: string
  source?: string
  rate?: string
  state?: string
  sort?: string
  offset?: number
  limit?: number
}

/** How often a value occurs among all metrics. */
export interface Facet {
  value: string
  count: number
}

/** The most frequent values first; `""` where a metric has none. */
export type Facets = Partial<Record<"unit" | "source" | "rate" | "state", Facet[]>>

/** A branch of the tree of names: `path` continues with a dot, `leaf` says that `path` itself is a metric. */
export interface TreeNode {
  name: string
  path: string
  metrics: number
  leaf: boolean
}

/** Numbers of one metric over a range; times in seconds, `coverage` from 0 to 1. NaN and infinity arrive as null. */
export interface Analysis {
  min: number | null
  max: number | null
  mean: number | null
  sum: number | null
  count: number
  integral: number | null
  active: number
  coverage: number
}

/** `time` in nanoseconds since 1970, as a decimal string. */
export interface LastValue {
  time: string
  value: number | null
}

export type HistoryAnswer =
  | {
      mode: "aggregates"
      intervalNs: string
      times: string[]
      min: (number | null)[]
      mean: (number | null)[]
      max: (number | null)[]
      sum: (number | null)[]
      count: number[]
      integral: (number | null)[]
      active: number[]
    }
  | { mode: "values"; times: string[]; values: (number | null)[] }
  | { error: { code: string; message: string } }

export interface HistoryQuery {
  metrics: string[]
  from: string
  to: string
  points?: number
  interval?: number
  raw?: boolean
}

export interface TileAddress {
  metric: string
  level: number
  index: number
}

type Query = Record<string, string | number | boolean | undefined>
type Answer<T> = Promise<T>

/** The server's API v1. Every call rejects with an {@link ApiError}, or with an `AbortError` after `signal`. */
export const api = {
  status: (signal?: AbortSignal): Answer<Status> => get("status", {}, signal),
  metrics: (
    query: MetricQuery,
    signal?: AbortSignal,
  ): Answer<{ total: number; offset: number; metrics: MetricSummary[] }> => get("metrics", { ...query }, signal),
  facets: (query: MetricQuery, signal?: AbortSignal): Answer<Facets> => get("metrics/facets", { ...query }, signal),
  tree: (prefix: string, signal?: AbortSignal): Answer<TreeNode[]> => get("metrics/tree", { prefix }, signal),
  metric: (name: string, signal?: AbortSignal): Answer<Record<string, unknown>> =>
    get(`metrics/${encodeURIComponent(name)}`, {}, signal),
  last: (metrics: string[], signal?: AbortSignal): Answer<Record<string, LastValue | null>> =>
    post("last", { metrics }, signal),
  history: (query: HistoryQuery, signal?: AbortSignal): Answer<Record<string, HistoryAnswer>> =>
    post("history", query, signal),
  analyze: (
    query: { metrics: string[]; from: string; to: string },
    signal?: AbortSignal,
  ): Answer<Record<string, Analysis | { error: { code: string; message: string } }>> => post("analyze", query, signal),
  /** Many tiles in one body: for each, in order, a little-endian u32 length and its bytes. */
  tiles: async (tiles: TileAddress[], signal?: AbortSignal): Answer<ArrayBuffer> =>
    (await request("POST", "tiles", { tiles }, signal)).arrayBuffer(),
}

/** GET a path of the API as JSON: for endpoints that only one page needs. Values of `query` that are undefined are left out. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await request("GET", withQuery(path, query), undefined, signal)).json()
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await request("POST", path, body, signal)).json()
}

export async function patch<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await request("PATCH", path, body, signal)).json()
}

export async function put<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await request("PUT", path, body, signal)).json()
}

/** DELETE a path of the API; the answer as JSON. Values of `query` that are undefined are left out. */
export async function remove<T>(path: string, query: Query = {}): Promise<T> {
  return (await request("DELETE", withQuery(path, query), undefined)).json()
}

let tellUnknown: (error: ApiError) => void = () => {}

/** Call this whenever the server does not know who asks. One only. */
export function onUnknown(tell: (error: ApiError) => void): void {
  tellUnknown = tell
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "")
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text === "" ? path : `${path}?${text}`
}

/** Address of a path of the API, for links and sockets. */
export function apiAddress(path: string): string {
  return href(`api/v1/${path}`)
}

async function request(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, signal: signal ?? null }
  if (body !== undefined) {
    init.headers = { "content-type": "application/json" }
    init.body = JSON.stringify(body)
  }
  let response: Response
  try {
    response = await fetch(apiAddress(path), init)
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError("unreachable", "The server does not answer.", undefined, 0)
  }
  if (response.ok) return response
  const error = await errorOf(response)
  if (response.status === 401) tellUnknown(error)
  throw error
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const { error } = await response.json()
    return new ApiError(String(error.code), String(error.message), error.remedy, response.status)
  } catch {
    return new ApiError(
      `http-${response.status}`,
      `The server answered ${response.status}.`,
      undefined,
      response.status,
    )
  }
}
