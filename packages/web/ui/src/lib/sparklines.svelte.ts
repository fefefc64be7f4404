import { SvelteMap } from "svelte/reactivity"
import { api } from "../api.js"
import { type Series, seriesOf } from "./series.js"
import { worthShowing } from "./young.js"

/** What a small line is drawn from; `range` in milliseconds since 1970. */
export type Sparkline = Series & { range: { from: number; to: number }; isYoung: boolean }

const LENGTH_MS = 15 * 60_000
const POINTS = 60
/** What a row of a quarter of an hour can hide of the begin of a metric. */
const ROW_MS = LENGTH_MS / POINTS
const FRESH_MS = 20_000
/** Two requests of so many metrics are under way at a time at most: the lines of a page come in a few steps from the top. */
const MOST_AT_ONCE = 12
const REQUESTS = 2
/** More are forgotten, the oldest first. */
const MOST_KEPT = 1000

const kept = new SvelteMap<string, { line: Sparkline; askedMs: number }>()

/** The last quarter of an hour of a metric; undefined as long as nobody has asked. Reactive. */
export function recentLine(name: string): Sparkline | undefined {
  return kept.get(name)?.line
}

/** Ask for {@link recentLine} where it is missing or older than 20 s among these. Rejects as the API; what was known stays. */
export async function ensureLines(names: readonly string[], signal: AbortSignal): Promise<void> {
  const now = Date.now()
  const wanted = names.filter((name) => now - (kept.get(name)?.askedMs ?? 0) >= FRESH_MS)
  const askNext = async (): Promise<void> => {
    const some = wanted.splice(0, MOST_AT_ONCE)
    if (some.length === 0 || signal.aborted) return
    await askLines(some, signal)
    await askNext()
  }
  await Promise.all(Array.from({ length: REQUESTS }, askNext))
  for (const name of kept.keys()) {
    if (kept.size <= MOST_KEPT) break
    kept.delete(name)
  }
}

async function askLines(metrics: string[], signal: AbortSignal): Promise<void> {
  const range = await askRange(metrics, Date.now() - LENGTH_MS, signal)
  // Of a metric of some seconds there would be a single row: it is looked at again, from its begin on.
  const young = metrics.flatMap((name) => (kept.get(name)?.line.isYoung ? kept.get(name)!.line.times[0]! : []))
  if (young.length === 0) return
  const names = metrics.filter((name) => kept.get(name)?.line.isYoung)
  await askRange(names, Math.max(range.from, Math.min(...young) - ROW_MS), signal)
}

async function askRange(metrics: string[], from: number, signal: AbortSignal) {
  const to = Date.now()
  const query = { metrics, from: new Date(from).toISOString(), to: new Date(to).toISOString(), points: POINTS }
  const answers = await api.history(query, signal)
  for (const [name, answer] of Object.entries(answers)) {
    const series = seriesOf(answer)
    const whole = { from: to - LENGTH_MS, to }
    const range = worthShowing(whole, series.times[0])
    kept.delete(name)
    kept.set(name, { line: { ...series, range, isYoung: range.from > whole.from }, askedMs: to })
  }
  return { from, to }
}
