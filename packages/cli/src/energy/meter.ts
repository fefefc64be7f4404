import type { Columns } from "@metricq/protocol"
import type { Usage } from "../history/usage.js"

/** Points from the future that are kept for one metric until they can be judged; more are counted as they come. */
const KEPT = 100_000

/**
 * Adds up the points of one metric from a begin to an end that is known only later.
 *
 * A value holds for the time before its stamp, back to the point before, but no further than `maxGapNs`; what lies before the begin or
 * behind the end is cut off. NaN and infinite values leave the time before them uncovered. Points that are not newer than the one
 * before are left out. Times are kept as distances from the begin, exact for 104 days.
 */
export class Meter {
  readonly #beginNs: bigint
  readonly #maxGapNs: number
  /** Distance of the last point; none holds further back than the begin, so that is where it starts. */
  #last = Number.NEGATIVE_INFINITY
  #longestStep = 0
  #integral = 0
  #active = 0
  #minimum = Number.POSITIVE_INFINITY
  #maximum = Number.NEGATIVE_INFINITY
  #points = 0
  readonly #future: [at: number, value: number][] = []

  constructor(beginNs: bigint, maxGapNs = Number.POSITIVE_INFINITY) {
    this.#beginNs = beginNs
    this.#maxGapNs = maxGapNs
  }

  /** Time of the newest point that was added, in nanoseconds since 1970; undefined before the first. */
  get lastNs(): bigint | undefined {
    const last = this.#future.at(-1)?.[0] ?? this.#last
    return last === Number.NEGATIVE_INFINITY ? undefined : this.#beginNs + BigInt(last)
  }

  /** The longest time between two points so far, in nanoseconds; 0 for less than two. */
  get longestStepNs(): number {
    return this.#longestStep
  }

  /**
   * Take in points in the order of their times. The end is not before `nowNs`: older points lie before it, others are kept
   * until it is known. The columns are read, not kept.
   */
  add({ times, values }: Columns, nowNs: bigint): void {
    const now = Number(nowNs - this.#beginNs)
    this.#settle(now)
    for (let index = 0; index < times.length; index += 1) {
      const at = Number((times[index] ?? 0n) - this.#beginNs)
      const value = values[index] ?? Number.NaN
      if (at < now && this.#future.length === 0) this.#count(at, value, Number.POSITIVE_INFINITY)
      else this.#future.push([at, value])
    }
    while (this.#future.length > KEPT) this.#count(...this.#future.shift()!, Number.POSITIVE_INFINITY)
  }

  /** What there was from the begin to `endNs`, which must be later. */
  finish(endNs: bigint): Usage {
    const end = Number(endNs - this.#beginNs)
    for (const [at, value] of this.#future.splice(0)) this.#count(at, value, end)
    const known = this.#minimum <= this.#maximum
    return {
      integral: this.#integral / 1e9,
      activeSeconds: this.#active / 1e9,
      coverage: this.#active / end,
      minimum: known ? this.#minimum : Number.NaN,
      maximum: known ? this.#maximum : Number.NaN,
      // The mean of equal values is that value, whatever the rounding.
      mean: this.#active > 0 ? between(this.#integral / this.#active, this.#minimum, this.#maximum) : Number.NaN,
      points: this.#points,
    }
  }

  #settle(now: number): void {
    const reached = this.#future.findIndex(([at]) => at >= now)
    const settled = this.#future.splice(0, reached < 0 ? this.#future.length : reached)
    for (const [at, value] of settled) this.#count(at, value, Number.POSITIVE_INFINITY)
  }

  #count(at: number, value: number, end: number): void {
    if (at <= this.#last) return
    if (this.#last !== Number.NEGATIVE_INFINITY) this.#longestStep = Math.max(this.#longestStep, at - this.#last)
    const from = Math.max(0, this.#last, at - this.#maxGapNs)
    const held = Math.min(at, end) - from
    this.#last = at
    const inside = at >= 0 && at < end
    if (inside) this.#points += 1
    if (!Number.isFinite(value)) return
    if (held > 0) {
      this.#integral += value * held
      this.#active += held
    }
    if (held > 0 || inside) {
      this.#minimum = Math.min(this.#minimum, value)
      this.#maximum = Math.max(this.#maximum, value)
    }
  }
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
