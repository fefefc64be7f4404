/** Longest time of a timer. */
const MAX_MS = 2 ** 31 - 1

/** A signal that aborts when a time is over, or with another one. To be closed when it is not needed any more. */
export class TimeBudget {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #outer: AbortSignal
  #isOver = false

  constructor(ms: number, outer: AbortSignal) {
    this.#outer = outer
    this.#timer = setTimeout(
      () => {
        this.#isOver = true
        this.#controller.abort(new Error("the time is over"))
      },
      Math.min(ms, MAX_MS),
    )
    if (outer.aborted) this.#follow()
    else outer.addEventListener("abort", this.#follow, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Its time was over before the other signal aborted. */
  get isOver(): boolean {
    return this.#isOver
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#outer.removeEventListener("abort", this.#follow)
  }

  readonly #follow = () => this.#controller.abort(this.#outer.reason)
}
