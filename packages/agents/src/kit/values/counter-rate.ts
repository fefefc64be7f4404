import type { Timestamp } from "@metricq/client"

export interface CounterRateOptions {
  /** Where the counter begins again at zero, such as 2^32; without it one that goes down has been set back, and has no rate then. */
  readonly modulus?: number
}

/** The rate of a counter, from one reading to the next. */
export class CounterRate {
  readonly #modulus: number | undefined
  #last: { count: number | bigint; time: Timestamp } | undefined

  constructor({ modulus }: CounterRateOptions = {}) {
    this.#modulus = modulus
  }

  /** Per second, since the last reading; exact for counters beyond 2^53 if they are bigints. `undefined` for the first, for one that was set back, and for times that do not increase. */
  next(count: number | bigint, time: Timestamp): number | undefined {
    const last = this.#last
    this.#last = { count, time }
    if (last === undefined) return undefined
    const seconds = Number(time.posixNs - last.time.posixNs) / 1e9
    let difference = differenceOf(count, last.count)
    if (difference < 0 && this.#modulus !== undefined) difference += this.#modulus
    return seconds > 0 && difference >= 0 ? difference / seconds : undefined
  }
}

function differenceOf(count: number | bigint, last: number | bigint): number {
  return typeof count === "bigint" && typeof last === "bigint" ? Number(count - last) : Number(count) - Number(last)
}
