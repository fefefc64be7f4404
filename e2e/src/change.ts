/** Something that happens again and again, and that any number of waits can wait for. */
export class Change {
  readonly #wakers = new Set<() => void>()

  /** Ends all waits under way. */
  notify(): void {
    for (const wake of this.#wakers) wake()
    this.#wakers.clear()
  }

  /** Resolves with the next `notify()`, or after this time at the latest. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#wakers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, timeoutMs)
      this.#wakers.add(wake)
    })
  }
}
