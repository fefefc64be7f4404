import type { Limits } from "./limits.js"
import type { PlannedRead } from "./plan.js"
import { notAnswered } from "./query-error.js"
import { type Steps, timeOf } from "./series.js"
import type { MetricInfo, SeriesSource } from "./series-source.js"
import type { Stretch } from "./stretch.js"

/** What was read for a metric of a selector. */
export interface MetricData {
  readonly metric: MetricInfo
  readonly stretch: Stretch
  /** Of an instant: the last point; of a span: the newest, if nothing is known at its end. */
  readonly last: { timeMs: number; value: number } | undefined
}

/** What was read, by the places in the expression that need it. */
export type FetchedData = ReadonlyMap<PlannedRead["expression"], readonly MetricData[]>

/** Requests for points at once: answers are large. */
const pointRequests = 4

/** Where the course of values matters and points are no more than this, they are read instead of aggregates. */
const pointsOfCourse = 10_000

/** So short that a database gives points, where there are not too many. */
function courseCell({ intervalMs }: MetricInfo, spanMs: number, cellMs: number): number {
  if (intervalMs === undefined || spanMs / intervalMs > pointsOfCourse) return cellMs
  return Math.min(cellMs, intervalMs / 2)
}

/** How far back a value counts as that of now: ten declared intervals, but at least a minute; 5 minutes where none is declared. */
export function lookbackOf({ intervalMs }: MetricInfo): number {
  return intervalMs === undefined ? 300_000 : Math.max(60_000, 10 * intervalMs)
}

/**
 * Read everything that was planned, the same only once.
 *
 * @throws {QueryError} `execution` for too many points; as the source does. With the first error the others are given up.
 */
export async function fetchSeries(
  reads: readonly PlannedRead[],
  steps: Steps,
  lookbackMs: number | undefined,
  source: SeriesSource,
  limits: Limits,
  signal: AbortSignal,
): Promise<FetchedData> {
  const reader = new Reader(steps, lookbackMs, source, limits)
  const data = new Map<PlannedRead["expression"], MetricData[]>()
  for (const read of reads) {
    const atOnce = read.what === "points" ? pointRequests : limits.requests
    data.set(
      read.expression,
      await inParallel(read.metrics, atOnce, signal, (metric, s) => reader.read(read, metric, s)),
    )
  }
  return data
}

class Reader {
  readonly #steps: Steps
  readonly #lookbackMs: number | undefined
  readonly #source: SeriesSource
  readonly #limits: Limits
  readonly #known = new Map<string, Promise<MetricData>>()
  #points = 0

  constructor(steps: Steps, lookbackMs: number | undefined, source: SeriesSource, limits: Limits) {
    this.#steps = steps
    this.#lookbackMs = lookbackMs
    this.#source = source
    this.#limits = limits
  }

  read(read: PlannedRead, metric: MetricInfo, signal: AbortSignal): Promise<MetricData> {
    const isSelector = read.expression.kind === "selector"
    const { offsetMs } = read.expression.selector
    const needsWindow =
      !isSelector || !this.#steps.isInstant || read.aggregates.some((name) => /min|max|count/.test(name))
    const key = JSON.stringify([
      metric.name,
      isSelector,
      offsetMs,
      read.windowMs,
      read.cellMs,
      read.leadMs,
      read.what,
      needsWindow,
    ])
    let data = this.#known.get(key)
    if (data === undefined) {
      data = this.#readAnew(read, metric, needsWindow, signal)
      this.#known.set(key, data)
    }
    return data
  }

  async #readAnew(
    read: PlannedRead,
    metric: MetricInfo,
    needsWindow: boolean,
    signal: AbortSignal,
  ): Promise<MetricData> {
    const { expression, cellMs, leadMs, what } = read
    const windowMs = read.windowMs ?? this.#lookbackMs ?? lookbackOf(metric)
    const startMs = timeOf(this.#steps, 0) - expression.selector.offsetMs - windowMs
    const endMs = timeOf(this.#steps, this.#steps.count - 1) - expression.selector.offsetMs
    const beginMs = startMs - leadMs
    const intervalMs = leadMs > 0 ? courseCell(metric, endMs - beginMs, cellMs) : cellMs
    const stretch = needsWindow
      ? await this.#source.read(metric.name, beginMs, endMs, intervalMs, what, signal)
      : undefined
    if (what === "points" && stretch !== undefined) this.#count(stretch)
    const needsLast = expression.kind === "selector" && (this.#steps.isInstant || !knownAt(stretch, endMs))
    const atMs = this.#steps.isInstant ? endMs : Number.POSITIVE_INFINITY
    const last = needsLast ? await this.#source.last(metric.name, atMs, signal) : undefined
    return { metric, stretch: stretch ?? nothing, last }
  }

  #count(stretch: Stretch): void {
    this.#points += stretch.to.length
    if (this.#points > this.#limits.points) {
      notAnswered(`the query needs each of more than ${this.#limits.points} points: ask for a shorter time or range`)
    }
  }
}

const none = new Float64Array(0)
const nothing: Stretch = {
  ...{ kind: "rows", from: none, to: none, minimum: none, maximum: none, sum: none, count: none },
  ...{ integral: none, active: none },
}

function knownAt(stretch: Stretch | undefined, ms: number): boolean {
  const last = (stretch?.to.length ?? 0) - 1
  return last >= 0 && stretch!.to[last]! >= ms
}

/** Results in the order of the items, so many at once at the most; the first error stops the rest. */
async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const results = new Array<R>(items.length)
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      either.throwIfAborted()
      const i = next++
      results[i] = await work(items[i]!, either)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  } catch (error) {
    failed.abort(error)
    throw error
  }
  return results
}
