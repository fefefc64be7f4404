import { SvelteMap } from "svelte/reactivity"
import { api } from "../api.js"
import { type Series, seriesOf } from "./series.js"

/** What a small line is drawn from; `range` in milliseconds since 1970. */
export type Sparkline = Series & { range: { from: number; to: number } }

const LENGTH_MS = 15 * 60_000
const POINTS = 60
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
  const answers = await api.history({ metrics, from: "now-900s", to: "now", points: POINTS }, signal)
  const to = Date.now()
  for (const [name, answer] of Object.entries(answers)) {
    const line = { ...seriesOf(answer), range: { from: to - LENGTH_MS, to } }
    kept.delete(name)
    kept.set(name, { line, askedMs: to })
  }
}
