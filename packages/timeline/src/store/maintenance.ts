import { Deferred } from "./deferred.js"

/** Work that changes segments, one at a time. What is asked for has priority: work in the background is aborted, and begun again later. */
export class Maintenance {
  readonly #background: (signal: AbortSignal) => Promise<void>
  #tail: Promise<unknown> = Promise.resolve()
  /** Asked for and not yet done. */
  #waiting = 0
  #current: AbortController | undefined
  #isWanted = false
  #isClosed = false

  /** @param background does what there is to do; must not throw but for the signal's reason */
  constructor(background: (signal: AbortSignal) => Promise<void>) {
    this.#background = background
  }

  /** Have the work in the background done, once nothing else is. */
  kick(): void {
    this.#isWanted = true
    this.#startBackground()
  }

  /** Do something that was asked for. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++
    this.#current?.abort(new Interrupted())
    const done = new Deferred<T>()
    this.#tail = this.#tail.then(() => work().then(done.resolve, done.reject))
    try {
      return await done.promise
    } finally {
      this.#waiting--
      this.#startBackground()
    }
  }

  /** Abort what is done in the background, and do no more of it. */
  async close(reason: Error): Promise<void> {
    this.#isClosed = true
    this.#current?.abort(reason)
    await this.#tail
  }

  #startBackground(): void {
    if (!this.#isWanted || this.#isClosed || this.#current || this.#waiting > 0) return
    this.#isWanted = false
    const current = new AbortController()
    this.#current = current
    this.#tail = this.#tail
      .then(() => this.#background(current.signal))
      .catch(() => {
        this.#isWanted ||= current.signal.aborted
      })
      .finally(() => {
        this.#current = undefined
        this.#startBackground()
      })
  }
}

/** Something more important is to be done. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted")
    this.name = "AbortError"
  }
}
