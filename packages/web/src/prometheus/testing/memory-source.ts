import { filterMetrics } from "../select.js"
import type { MetricInfo, ReadKind, SeriesSource } from "../series-source.js"
import { emptyStretch, pointStretch, type Stretch } from "../stretch.js"
import { Windows } from "../windows.js"

export interface MemoryMetric extends Partial<Omit<MetricInfo, "name">> {
  /** Times in ms and values, in order. A value holds back to the point before. */
  points: readonly (readonly [timeMs: number, value: number])[]
}

/** A source of series with points in memory; with `rows` it gives aggregates as a database does, else the points. */
export class MemorySource implements SeriesSource {
  readonly reads: unknown[][] = []
  readonly #metrics: Map<string, { info: MetricInfo; points: MemoryMetric["points"] }>
  readonly #rows: boolean

  constructor(metrics: Record<string, MemoryMetric>, { rows = false } = {}) {
    this.#rows = rows
    this.#metrics = new Map(
      Object.entries(metrics).map(([name, { points, ...info }]) => [
        name,
        { points, info: { name, unit: "", source: "", description: "", ...info } },
      ]),
    )
  }

  names(matchers: Parameters<SeriesSource["names"]>[0]): MetricInfo[] {
    const infos = [...this.#metrics.values()].map(({ info }) => info)
    return filterMetrics(infos, (name) => this.#metrics.get(name)?.info, matchers)
  }

  async read(metric: string, startMs: number, endMs: number, stepMs: number, what: ReadKind): Promise<Stretch> {
    this.reads.push([metric, startMs, endMs, stepMs, what])
    const stretch = stretchOf(this.#metrics.get(metric)!.points)
    return this.#rows && what === "aggregates" ? rowsOf(stretch, startMs, endMs, stepMs) : stretch
  }

  async last(metric: string, atMs: number) {
    const point = this.#metrics
      .get(metric)!
      .points.filter(([timeMs]) => timeMs <= atMs)
      .at(-1)
    return point === undefined ? undefined : { timeMs: point[0], value: point[1] }
  }
}

/** Points whose values hold back to the point before. */
export function stretchOf(points: MemoryMetric["points"]): Stretch {
  const times = points.map(([timeMs]) => timeMs)
  return pointStretch(
    times,
    points.map(([, value]) => value),
    times.map((timeMs, i) => (i === 0 ? 0 : timeMs - times[i - 1]!)),
  )
}

/** Rows aligned to 1970, as far as something is known in them. */
export function rowsOf(points: Stretch, startMs: number, endMs: number, stepMs: number): Stretch {
  const windows = new Windows(points)
  const begins: number[] = []
  for (let ms = Math.floor(startMs / stepMs) * stepMs; ms <= endMs; ms += stepMs) {
    if (windows.read(ms, ms + stepMs).isKnown) begins.push(ms)
  }
  const rows = emptyStretch("rows", begins.length)
  for (const [i, ms] of begins.entries()) {
    const total = windows.read(ms, ms + stepMs)
    rows.from[i] = ms
    rows.to[i] = ms + stepMs
    for (const name of ["minimum", "maximum", "sum", "count", "integral", "active"] as const)
      rows[name][i] = total[name]
  }
  return rows
}
