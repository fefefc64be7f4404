import type { Client, JsonObject } from "@metricq/client"

const FRESH_MS = 2_000
const ANSWER_S = 2
/** Samples further apart say nothing of now. */
const LONGEST_STEP_MS = 60_000

interface Sample {
  readonly timeMs: number
  /** Points stored since the database began. */
  readonly points: number
  /** When that was. */
  readonly sinceMs: number
}

/** What databases say of themselves; each is asked at most every two seconds. */
export class DatabaseStatus {
  readonly #rpc: Pick<Client, "rpcTo">
  readonly #samples = new Map<string, { before: Sample | undefined; now: Sample }>()
  #answers: Promise<JsonObject[]> | undefined
  #readMs = 0

  constructor(rpc: Pick<Client, "rpcTo">) {
    this.#rpc = rpc
  }

  /** The answers to `database.status` of those that give one. */
  read(tokens: readonly string[]): Promise<JsonObject[]> {
    if (this.#answers === undefined || performance.now() - this.#readMs > FRESH_MS) {
      this.#readMs = performance.now()
      this.#answers = this.#ask(tokens)
    }
    return this.#answers
  }

  /** Points that each database stores a second, by token: between the last two looks, before that since its start. */
  get rates(): ReadonlyMap<string, number> {
    return new Map([...this.#samples].map(([token, { before, now }]) => [token, rateOf(before, now)]))
  }

  /** Points that databases store a second: between the last two looks, before that since their start. null if nobody says. */
  get pointsPerSecond(): number | null {
    if (this.#samples.size === 0) return null
    let rate = 0
    for (const { before, now } of this.#samples.values()) rate += rateOf(before, now)
    return Math.round(rate * 10) / 10
  }

  async #ask(tokens: readonly string[]): Promise<JsonObject[]> {
    const options = { timeout: ANSWER_S, repeatable: true }
    const asked = tokens.map((token) => this.#rpc.rpcTo(token, "database.status", {}, options).catch(() => undefined))
    const answers = (await Promise.all(asked)).filter((answer) => answer !== undefined)
    const present = new Set(tokens)
    for (const token of this.#samples.keys()) if (!present.has(token)) this.#samples.delete(token)
    for (const answer of answers) this.#sample(answer)
    return answers
  }

  #sample(answer: JsonObject): void {
    const { token, since, points } = answer as { token?: unknown; since?: unknown; points?: { stored?: unknown } }
    if (typeof token !== "string" || typeof points?.stored !== "number" || typeof since !== "string") return
    const now: Sample = { timeMs: Date.now(), points: points.stored, sinceMs: Date.parse(since) }
    const last = this.#samples.get(token)?.now
    const usable = last !== undefined && last.sinceMs === now.sinceMs && now.timeMs - last.timeMs < LONGEST_STEP_MS
    this.#samples.set(token, { before: usable ? last : undefined, now })
  }
}

function rateOf(before: Sample | undefined, now: Sample): number {
  const stepMs = now.timeMs - (before?.timeMs ?? now.sinceMs)
  return stepMs > 0 ? ((now.points - (before?.points ?? 0)) / stepMs) * 1000 : 0
}
