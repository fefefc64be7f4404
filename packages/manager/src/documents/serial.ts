/** Runs pieces of work one after the other. One that fails does not hold up the next. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  /** Run `work` when all before it has ended; settles as it does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** Resolves when all that was given so far has ended. */
  async idle(): Promise<void> {
    await this.#last
  }
}
