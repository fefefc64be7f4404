import { SvelteMap } from "svelte/reactivity"
import { api, type LastValue } from "../api.js"
import { type Series, seriesOf } from "./series.js"

const MOST_AT_ONCE = 50
/** More are forgotten, the oldest first. */
const MOST_KEPT = 2000

interface Kept<T> {
  value: T
  askedMs: number
}

/** Answers about metrics, kept for a while, so that scrolling back and forth asks once. Reading is reactive. */
class AnswerCache<T> {
  readonly #kept = new SvelteMap<string, Kept<T>>()
  readonly #freshMs: number
  readonly #ask: (names: string[], signal: AbortSignal) => Promise<Record<string, T>>

  constructor(freshMs: number, ask: (names: string[], signal: AbortSignal) => Promise<Record<string, T>>) {
    this.#freshMs = freshMs
    this.#ask = ask
  }

  /** What is known of a metric; undefined as long as nobody has asked. */
  of(name: string): T | undefined {
    return this.#kept.get(name)?.value
  }

  /** Ask for what is missing or old among these. Rejects as the API; what was known stays. */
  async ensure(names: readonly string[], signal: AbortSignal): Promise<void> {
    const now = Date.now()
    const wanted = names.filter((name) => now - (this.#kept.get(name)?.askedMs ?? 0) >= this.#freshMs)
    for (let at = 0; at < wanted.length; at += MOST_AT_ONCE) {
      const answers = await this.#ask(wanted.slice(at, at + MOST_AT_ONCE), signal)
      for (const [name, value] of Object.entries(answers)) {
        this.#kept.delete(name)
        this.#kept.set(name, { value, askedMs: now })
      }
    }
    for (const name of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(name)
    }
  }
}

/** The newest value of each metric; null where nothing is stored. */
export const lastValues = new AnswerCache<LastValue | null>(900, (metrics, signal) => api.last(metrics, signal))

/** The last hour of each metric in some sixty steps. */
export const lastHours = new AnswerCache<Series & { range: { from: number; to: number } }>(
  60_000,
  async (metrics, signal) => {
    const answers = await api.history({ metrics, from: "now-1h", to: "now", points: 60 }, signal)
    const to = Date.now()
    const range = { from: to - 3_600_000, to }
    return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, { ...seriesOf(answer), range }]))
  },
)
