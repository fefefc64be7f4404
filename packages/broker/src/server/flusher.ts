/** Someone with bytes to write. */
export interface Flushable {
  flush(): void
}

/**
 * Lets everyone who has written something write it out once per turn of the event loop, so that many frames, for many
 * connections, leave in few system calls.
 */
export class Flusher {
  #waiting: Flushable[] = []
  #scheduled = false
  readonly #before: () => void

  /** @param before called before anyone flushes: what must be on disk before an answer leaves is written here */
  constructor(before: () => void) {
    this.#before = before
  }

  /** Flushes it at the end of this turn; the caller sees to it that it asks once a turn. */
  add(flushable: Flushable): void {
    this.#waiting.push(flushable)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#run())
  }

  #run(): void {
    this.#scheduled = false
    const waiting = this.#waiting
    this.#waiting = []
    this.#before()
    for (const flushable of waiting) flushable.flush()
  }
}
