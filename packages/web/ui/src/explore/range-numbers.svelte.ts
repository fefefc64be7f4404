import { type Analysis, api } from "../api.js"
import type { Reading } from "../chart/columns.js"
import type { Span } from "../chart/span.js"
import { nanoseconds } from "../lib/time-format.js"

/** Requests start so long after the last change. */
const GATHER_MS = 150

/** Numbers of each metric over the range that is shown, and its newest value. Reactive. */
export class RangeNumbers {
  /** Over the range. */
  analysis: Record<string, Analysis | undefined> = $state.raw({})
  /** Over the compared period. */
  earlier: Record<string, Analysis | undefined> = $state.raw({})
  /** Why there are no numbers of a metric. */
  failures: Record<string, string | undefined> = $state.raw({})
  /** Newest values. */
  last: Record<string, Reading | undefined> = $state.raw({})

  /** Ask anew, in a moment. What was known stays where there is no answer. Returns how to give that up. */
  ask(names: readonly string[], span: Span, compareMs: number): () => void {
    if (names.length === 0) return () => {}
    const abort = new AbortController()
    const timer = setTimeout(() => void this.#ask([...names], span, compareMs, abort.signal), GATHER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  async #ask(metrics: string[], { from, to }: Span, compareMs: number, signal: AbortSignal): Promise<void> {
    try {
      const end = Math.min(to, Math.max(from + 1, Date.now()))
      const [answers, earlier, last] = await Promise.all([
        ask(metrics, from, end, signal),
        compareMs > 0 ? analyze(metrics, from - compareMs, to - compareMs, signal) : {},
        api.last(metrics, signal),
      ])
      this.analysis = known(answers)
      this.failures = Object.fromEntries(
        Object.entries(answers).map(([name, one]) => [name, "error" in one ? one.error.message : undefined]),
      )
      this.earlier = earlier
      this.last = Object.fromEntries(Object.entries(last).map(([name, one]) => [name, readingOf(one?.value)]))
    } catch {}
  }
}

type Answers = Awaited<ReturnType<typeof api.analyze>>

/** Numbers from `from` to `to`, in ms; undefined for a metric that could not be asked. Rejects as the API. */
export async function analyze(
  metrics: string[],
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Record<string, Analysis | undefined>> {
  return known(await ask(metrics, from, to, signal))
}

function ask(metrics: string[], from: number, to: number, signal: AbortSignal): Promise<Answers> {
  return api.analyze({ metrics, from: nanoseconds(from), to: nanoseconds(to) }, signal)
}

function known(answers: Answers): Record<string, Analysis | undefined> {
  return Object.fromEntries(Object.entries(answers).map(([name, one]) => [name, "error" in one ? undefined : one]))
}

function readingOf(value: number | null | undefined): Reading | undefined {
  if (value === null || value === undefined) return undefined
  return { min: value, mean: value, max: value, raw: true, rowMs: 0 }
}
