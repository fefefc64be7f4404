import type { Consumer } from "./delivery.js"

/** The consumers of a queue, asked in turn. Those that are not ready are parked and not asked again until they are woken. */
export class ConsumerRing {
  readonly #all = new Set<Consumer>()
  readonly #active: Consumer[] = []
  #turn = 0

  get size(): number {
    return this.#all.size
  }

  /** Whether the only consumer is an exclusive one. */
  get isExclusive(): boolean {
    for (const consumer of this.#all) return consumer.exclusive
    return false
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#all.values()
  }

  add(consumer: Consumer): void {
    this.#all.add(consumer)
    consumer.parked = false
    this.#active.push(consumer)
  }

  /** Does nothing if it is not in the ring. */
  remove(consumer: Consumer): void {
    if (!this.#all.delete(consumer)) return
    const at = this.#active.indexOf(consumer)
    if (at >= 0) this.#active.splice(at, 1)
  }

  /** Asks a parked consumer again from now on. */
  wake(consumer: Consumer): void {
    if (!consumer.parked || !this.#all.has(consumer)) return
    consumer.parked = false
    this.#active.push(consumer)
  }

  /** The next consumer that is ready; undefined if there is none. */
  next(): Consumer | undefined {
    const active = this.#active
    while (active.length > 0) {
      if (this.#turn >= active.length) this.#turn = 0
      const consumer = active[this.#turn] as Consumer
      if (consumer.isReady()) {
        this.#turn++
        return consumer
      }
      consumer.parked = true
      active.splice(this.#turn, 1)
    }
    return undefined
  }
}
