import type { DurationLike, JsonObject, Metadata } from "@metricq/protocol"
import { RPCError } from "./errors.js"

/** Which metrics to look up; without any of these, all. */
export interface GetMetricsOptions {
  /** A regular expression found anywhere in the name, or a list of exact names. Not together with `prefix` or `infix`. */
  selector?: string | string[]
  /** Answer with metadata (default), or with an empty object for each name. */
  metadata?: boolean
  /** Only metrics that a database stores, or only others. */
  historic?: boolean
  hidden?: boolean
  /** Beginning of the name. */
  prefix?: string
  /** Beginning of any component of the name. */
  infix?: string
  /** At most so many. */
  limit?: number
  /** Of each RPC; an answer can take several. */
  timeout?: DurationLike
}

type Ask = (name: string, args: JsonObject) => Promise<JsonObject>

/** Metrics a page has, where all at once are too many for one answer. */
const pageSize = 2000

/**
 * Look metrics up: documents by name (`{}` for each with `metadata: false`).
 *
 * @throws {RPCError} for what the manager refuses, such as `prefix` and `infix` together
 */
export async function getMetrics(ask: Ask, options: GetMetricsOptions): Promise<Record<string, Metadata>> {
  const { timeout: _timeout, metadata = true, ...criteria } = options
  try {
    return documents((await ask("get_metrics", { ...criteria, format: metadata ? "object" : "array" })).metrics)
  } catch (error) {
    if (!isTooLong(error)) throw error
    return getPages(ask, options)
  }
}

/** Our manager refuses an answer too long for a message, and names what divides it. */
function isTooLong(error: unknown): boolean {
  return error instanceof RPCError && /\blimit\b.*\bafter\b/.test(error.message)
}

async function getPages(ask: Ask, options: GetMetricsOptions): Promise<Record<string, Metadata>> {
  const { selector, prefix, infix, historic, hidden, metadata = true, limit = Number.POSITIVE_INFINITY } = options
  const found: [string, Metadata][] = []
  let after: string | undefined
  do {
    const page = { selector, prefix, infix, after, limit: pageSize, metadata: true }
    const answer = await ask("metadata.list", page as JsonObject)
    for (const [name, document] of Object.entries(documents(answer.metrics))) {
      if (historic !== undefined && Boolean(document.historic) !== historic) continue
      if (hidden !== undefined && Boolean(document.hidden) !== hidden) continue
      found.push([name, metadata ? document : {}])
    }
    after = typeof answer.next === "string" ? answer.next : undefined
  } while (after !== undefined && found.length < limit)
  return Object.fromEntries(found.slice(0, limit))
}

/** Names that begin with `_` are no metrics: the original lists documents of its storage among them. */
function documents(metrics: unknown): Record<string, Metadata> {
  if (typeof metrics !== "object" || metrics === null) return {}
  const entries: [string, unknown][] = Array.isArray(metrics)
    ? metrics.map((name) => [String(name), {}])
    : Object.entries(metrics)
  const known = entries.filter(([name]) => !name.startsWith("_"))
  return Object.fromEntries(known.map(([name, document]) => [name, (document ?? {}) as Metadata]))
}
