/** Longest wait that a timer of the runtime takes; later moments are reached in several steps. */
const MAX_WAIT_MS = 2 ** 31 - 1

/**
 * Calls an action once a moment is reached, with one timer however often the moment moves.
 * A moment that moves to later leaves the timer as it is: it looks again when it fires. The timer keeps no process alive.
 */
export class Deadline {
  readonly #action: () => void
  #timer: NodeJS.Timeout | undefined
  #at = Number.POSITIVE_INFINITY
  #armedFor = Number.POSITIVE_INFINITY

  constructor(action: () => void) {
    this.#action = action
  }

  /** Sets the moment, in milliseconds of `performance.now()`; Infinity for never. */
  set(at: number): void {
    this.#at = at
    if (at < this.#armedFor) this.#arm(at)
  }

  /** Drops the moment and the timer. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#at = Number.POSITIVE_INFINITY
    this.#armedFor = Number.POSITIVE_INFINITY
  }

  #arm(at: number): void {
    clearTimeout(this.#timer)
    this.#armedFor = at
    const wait = Math.min(MAX_WAIT_MS, Math.max(0, Math.ceil(at - performance.now())))
    this.#timer = setTimeout(() => this.#fire(), wait)
    this.#timer.unref()
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    if (this.#at === Number.POSITIVE_INFINITY) return
    if (performance.now() < this.#at) {
      this.#arm(this.#at)
      return
    }
    this.#at = Number.POSITIVE_INFINITY
    this.#action()
  }
}
