const LONGEST_MS = 60_000

/** Tries something again after it has failed, later each time up to a minute. */
export class Retry {
  readonly #firstMs: number
  readonly #work: () => void
  #delayMs: number
  #timer: NodeJS.Timeout | undefined
  #trouble: Error | undefined

  constructor(firstMs: number, work: () => void) {
    this.#firstMs = firstMs
    this.#delayMs = firstMs
    this.#work = work
  }

  /** What went wrong last; undefined once it went well. */
  get trouble(): Error | undefined {
    return this.#trouble
  }

  /** Whether it is too early for another try. */
  get isWaiting(): boolean {
    return this.#timer !== undefined
  }

  failed(trouble: Error): void {
    this.stop()
    this.#trouble = trouble
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#work()
    }, this.#delayMs)
    this.#timer.unref()
    this.#delayMs = Math.min(2 * this.#delayMs, LONGEST_MS)
  }

  succeeded(): void {
    this.stop()
    this.#trouble = undefined
    this.#delayMs = this.#firstMs
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
