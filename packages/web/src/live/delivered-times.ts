/** Which times a viewer has got from the history of a metric; only the newest are remembered, `limit` at least. */
export class DeliveredTimes {
  readonly #limit: number
  readonly #pages: BigInt64Array[] = []
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Add times in their order, after all that were added before; they are copied. */
  add(times: BigInt64Array): void {
    if (times.length === 0) return
    const page = times.slice(Math.max(0, times.length - this.#limit))
    this.#pages.push(page)
    this.#length += page.length
    while (this.#length - this.#pages[0]!.length >= this.#limit) this.#length -= this.#pages.shift()!.length
  }

  /** Whether this time is among those that are remembered. */
  has(timeNs: bigint): boolean {
    for (let i = this.#pages.length - 1; i >= 0; i--) {
      const page = this.#pages[i]!
      if (page[0]! <= timeNs) return includes(page, timeNs)
    }
    return false
  }
}

function includes(times: BigInt64Array, timeNs: bigint): boolean {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < timeNs) low = middle + 1
    else high = middle
  }
  return times[low] === timeNs
}
