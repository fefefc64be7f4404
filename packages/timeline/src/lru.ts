/**
 * Values by key, of which those used longest ago are dropped when all together cost more than allowed.
 *
 * A value that alone costs more is not kept.
 */
export class Lru<K, V> {
  readonly #entries = new Map<K, { value: V; cost: number }>()
  readonly #limit: number
  readonly #dropped: ((value: V) => void) | undefined
  #cost = 0

  /** @param dropped called with each value that leaves, but for those that `clear` removes */
  constructor(limit: number, dropped?: (value: V) => void) {
    this.#limit = limit
    this.#dropped = dropped
  }

  /** Cost of what is kept. */
  get cost(): number {
    return this.#cost
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: K, value: V, cost: number): void {
    this.delete(key)
    if (cost > this.#limit) {
      this.#dropped?.(value)
      return
    }
    this.#entries.set(key, { value, cost })
    this.#cost += cost
    for (const [oldest, entry] of this.#entries) {
      if (this.#cost <= this.#limit) break
      this.#drop(oldest, entry)
    }
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (entry) this.#drop(key, entry)
  }

  clear(): void {
    this.#entries.clear()
    this.#cost = 0
  }

  #drop(key: K, { value, cost }: { value: V; cost: number }): void {
    this.#entries.delete(key)
    this.#cost -= cost
    this.#dropped?.(value)
  }
}
