/**
 * Finds out up to which message of a channel all are settled, where they settle in any order: those may be acknowledged together.
 *
 * One for each channel, whose only consumer gets the delivery tags 1, 2, 3, …
 */
export class AckWindow {
  #first = 1
  /** Settled, while one before is not. */
  readonly #early = new Set<number>()

  /** Note that this message is settled; each is once. Returns how many more may be acknowledged now: those up to `last`. */
  settle(deliveryTag: number): number {
    if (deliveryTag !== this.#first) {
      this.#early.add(deliveryTag)
      return 0
    }
    const before = this.#first++
    while (this.#early.size > 0 && this.#early.delete(this.#first)) this.#first++
    return this.#first - before
  }

  /** The message up to which all are settled; 0 if the first is not. */
  get last(): number {
    return this.#first - 1
  }
}
