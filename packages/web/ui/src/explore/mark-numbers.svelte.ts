import type { Analysis } from "../api.js"
import type { Marks } from "../chart/marks.js"
import { analyze } from "./range-numbers.svelte.js"

/** What one metric was at both marks and between them; without a scale factor. */
export interface MarkNumber {
  atA: number | null
  atB: number | null
  between: Analysis | undefined
}

/** Requests start so long after a mark was moved. */
const GATHER_MS = 120
/** An instant is asked for as a range so long. */
const INSTANT_MS = 0.002

/** Exact numbers at and between the marks, from the database and not from what is drawn. Reactive. */
export class MarkNumbers {
  of: Record<string, MarkNumber | undefined> = $state.raw({})
  /** Whether the numbers are not yet those of the marks. */
  waiting = $state(false)

  /** Ask anew, in a moment. Returns how to give that up. */
  ask(names: readonly string[], { a, b }: Marks): () => void {
    if (names.length === 0 || (a === undefined && b === undefined)) {
      this.of = {}
      return () => {}
    }
    this.waiting = true
    const abort = new AbortController()
    const timer = setTimeout(() => void this.#ask([...names], { a, b }, abort.signal), GATHER_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }

  async #ask(metrics: string[], marks: { a: number | undefined; b: number | undefined }, signal: AbortSignal) {
    try {
      const [atA, atB, between] = await Promise.all([
        analyzeAt(metrics, marks.a, signal),
        analyzeAt(metrics, marks.b, signal),
        analyzeBetween(metrics, marks.a, marks.b, signal),
      ])
      this.of = Object.fromEntries(
        metrics.map((name) => [
          name,
          { atA: atA[name]?.mean ?? null, atB: atB[name]?.mean ?? null, between: between[name] },
        ]),
      )
      this.waiting = false
    } catch {}
  }
}

type Analyses = Record<string, Analysis | undefined>

async function analyzeAt(metrics: string[], time: number | undefined, signal: AbortSignal): Promise<Analyses> {
  return time === undefined ? {} : analyze(metrics, time, time + INSTANT_MS, signal)
}

async function analyzeBetween(
  metrics: string[],
  a: number | undefined,
  b: number | undefined,
  signal: AbortSignal,
): Promise<Analyses> {
  if (a === undefined || b === undefined || a === b) return {}
  return analyze(metrics, Math.min(a, b), Math.max(a, b), signal)
}
