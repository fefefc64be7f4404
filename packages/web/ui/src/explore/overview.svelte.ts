import { api } from "../api.js"
import { poll } from "../lib/poll.js"
import { type Series, seriesOf } from "../lib/series.js"
import { metricsApi } from "../pages/metrics/metrics-api.js"

/** Lines of an overview; more would hide each other. */
const MOST = 4
const POINTS = 300
const EVERY_MS = 60_000

/** All there is of some metrics, coarsely. Reactive. */
export class Overview {
  /** When the first stored point was, ms since 1970; undefined as long as it is not known. */
  first: number | undefined = $state()
  lines: ReadonlyMap<string, Series> = $state.raw(new Map())

  /** Look at the first of these metrics, now and again, until the function that is returned is called. */
  follow(names: readonly string[]): () => void {
    const metrics = names.slice(0, MOST)
    if (metrics.length === 0) return () => {}
    return poll(EVERY_MS, async (signal) => {
      const first = await firstOf(metrics, signal)
      if (first === undefined) return
      const from = new Date(first).toISOString()
      const answers = await api.history({ metrics, from, to: "now", points: POINTS }, signal)
      this.lines = new Map(Object.entries(answers).map(([name, answer]) => [name, seriesOf(answer)]))
      this.first = first
    })
  }
}

/** The earliest point that a database has of any of them. */
async function firstOf(metrics: readonly string[], signal: AbortSignal): Promise<number | undefined> {
  const found = await Promise.all(metrics.map((name) => metricsApi.storage(name, signal).catch(() => [])))
  const times = found.flat().flatMap((one) => (one.trouble === undefined && one.first !== null ? [one.first] : []))
  return times.length === 0 ? undefined : Math.min(...times.map((ns) => Number(BigInt(ns) / 1_000_000n)))
}
