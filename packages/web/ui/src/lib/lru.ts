/** A cache bounded by the size of what it holds; what was used longest ago leaves first. */
export class LRU<V> {
  #entries = new Map<string, { value: V; size: number }>()
  #size = 0
  readonly #bound: number

  /** `bound` and the sizes given to {@link set} are of the same unit, for example bytes. */
  constructor(bound: number) {
    this.#bound = bound
  }

  /** The value, which counts as used. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** The value, without counting as use. */
  peek(key: string): V | undefined {
    return this.#entries.get(key)?.value
  }

  /** Keep a value in place of an older one. One larger than the bound is not kept. */
  set(key: string, value: V, size: number): void {
    this.delete(key)
    if (size > this.#bound) return
    this.#entries.set(key, { value, size })
    this.#size += size
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= this.#bound) break
      this.#entries.delete(oldest)
      this.#size -= entry.size
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#size -= entry.size
  }

  /** Sum of the sizes kept. */
  get size(): number {
    return this.#size
  }
}
