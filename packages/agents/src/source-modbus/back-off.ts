/** The second failure in a row is followed by this pause; it doubles with each one. */
const FIRST_MS = 1000

/** Leaves alone what fails again and again: the longer it fails, the longer, up to a limit. */
export class BackOff {
  readonly #now: () => number
  #inRow = 0
  #untilMs = 0
  #error: unknown

  /** `now` gives milliseconds of a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Throws the last error as long as the pause lasts. */
  check(): void {
    if (this.#now() < this.#untilMs) throw this.#error
  }

  succeeded(): void {
    this.#inRow = 0
    this.#untilMs = 0
  }

  /** The first failure in a row has no pause: it may have been an accident. */
  failed(error: unknown, longestMs: number): void {
    this.#inRow += 1
    this.#error = error
    const pauseMs = this.#inRow === 1 ? 0 : Math.min(longestMs, FIRST_MS * 2 ** Math.min(this.#inRow - 2, 20))
    this.#untilMs = this.#now() + pauseMs
  }
}
