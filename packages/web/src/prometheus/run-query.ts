import { evaluate, type Value } from "./evaluate.js"
import { type FetchedData, fetchSeries } from "./fetch-series.js"
import type { Limits } from "./limits.js"
import { parseQuery } from "./parse.js"
import { planReads } from "./plan.js"
import { notAnswered, QueryError, refuse } from "./query-error.js"
import type { Steps } from "./series.js"
import type { SeriesSource } from "./series-source.js"
import { typeOf } from "./signatures.js"

export interface QueryOptions {
  source: SeriesSource
  limits: Limits
  /** How far back a value counts as that of now, instead of what fits the metric; ms. */
  lookbackMs?: number
  /** Ends the query early; its reason is thrown. */
  signal?: AbortSignal
  /** Shorter than the limit of time, in ms. */
  timeoutMs?: number
}

/** What a query has given, and what a person should know about it. */
export interface QueryResult {
  value: Value
  notes: string[]
}

/**
 * Answer a query of PromQL. A query without selectors asks nobody, so it is answered without a network, too.
 *
 * @throws {QueryError} `bad_data`, `execution`, `timeout`; other errors are those of the network
 */
export async function runQuery(text: string, steps: Steps, options: QueryOptions): Promise<QueryResult> {
  const { source, limits, lookbackMs } = options
  const expression = parseQuery(text)
  const type = typeOf(expression)
  if (type === "range") {
    notAnswered(`${text} is every point of a range: put a function such as avg_over_time(…) around it`)
  }
  if (type === "string" && !steps.isInstant) refuse("a query over a span of time gives numbers, not a string")
  const reads = planReads(expression, steps, source, limits)
  const data: FetchedData =
    reads.length === 0
      ? new Map()
      : await inTime(options, (signal) => fetchSeries(reads, steps, lookbackMs, source, limits, signal))
  const notes = new Set<string>()
  const value = evaluate(expression, { steps, data, lookbackMs, note: (note) => notes.add(note) })
  return { value, notes: [...notes] }
}

async function inTime<T>({ limits, signal, timeoutMs }: QueryOptions, work: (signal: AbortSignal) => Promise<T>) {
  const mostMs = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, limits.timeMs)
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort(new QueryError("timeout", `the query has taken longer than ${mostMs / 1000} s: ask for less`))
  }, mostMs)
  try {
    return await work(signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]))
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}
