import { WebError } from "./web-error.js"

/** Lets so many requests work at once, and so many wait for that; more are refused. */
export class Gate {
  readonly #limit: number
  readonly #waitingLimit: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limit: number, waitingLimit: number) {
    this.#limit = limit
    this.#waitingLimit = waitingLimit
  }

  /** How many are at work. */
  get running(): number {
    return this.#running
  }

  /**
   * Do `work` as soon as it may.
   *
   * @throws {WebError} `busy` if too many wait already; what `work` rejects with
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  /**
   * {@link Gate.run} for work that hands on what it has piece by piece. While a piece is looked at, others may work.
   *
   * @throws {WebError} `busy`; what `work` throws
   */
  async *each<T>(work: () => AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
    const pieces = work()
    try {
      for (;;) {
        const piece = await this.run(() => pieces.next())
        if (piece.done === true) return
        yield piece.value
      }
    } finally {
      await pieces.return()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#limit) this.#running += 1
    else if (this.#waiting.length >= this.#waitingLimit) {
      throw new WebError("busy", "too many requests at once", { status: 503, remedy: "ask again in a moment" })
    } else await new Promise<void>((resolve) => this.#waiting.push(resolve)) // who leaves hands its place on
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}
