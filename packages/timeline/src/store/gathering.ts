/** Between two looks at how much comes. */
export const LOOK_MS = 1

/** Fewer appends in a millisecond are not worth waiting for: a write with its sync costs as much as handling twenty. */
const QUICK_PER_MS = 4

/**
 * Decides whether points that could be written now should wait for more.
 *
 * They do while many come, for so long that a write begins every `gatherMs` at most; each write and sync costs the same however little it
 * holds. Where little comes, and as soon as it does so again, nothing waits.
 */
export class Gathering {
  readonly #gatherMs: number
  readonly #now: () => number
  #appends = 0
  #writtenMs = Number.NEGATIVE_INFINITY
  /** The last look: when, how many appends there had been, and whether they came quickly. */
  #lookedMs: number
  #seen = 0
  #isQuick = false

  /** @param now gives milliseconds of a monotonic clock */
  constructor(gatherMs: number, now: () => number = () => performance.now()) {
    this.#gatherMs = gatherMs
    this.#now = now
    this.#lookedMs = now()
  }

  /** Points have been appended. */
  appended(): void {
    this.#appends++
  }

  /** A write begins. */
  written(): void {
    this.#writtenMs = this.#now()
  }

  /** Whether to look again in `LOOK_MS`, and not to write before. */
  shouldWait(): boolean {
    if (this.#gatherMs === 0) return false
    const nowMs = this.#now()
    const elapsedMs = nowMs - this.#lookedMs
    if (elapsedMs >= LOOK_MS) {
      this.#isQuick = this.#appends - this.#seen >= QUICK_PER_MS * elapsedMs
      this.#seen = this.#appends
      this.#lookedMs = nowMs
    }
    return this.#isQuick && nowMs - this.#writtenMs < this.#gatherMs
  }
}
