import { setImmediate } from "node:timers/promises"

/** Work without a break lasts about so long, in milliseconds. */
const BREAK_AFTER_MS = 8

/**
 * Keeps a long read from holding up everything else of the process: called now and then, it lets others run after a few milliseconds, and
 * ends the read when its signal says so.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined
  #since = performance.now()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** @throws the signal's reason once it is aborted */
  async step(): Promise<void> {
    this.#signal?.throwIfAborted()
    if (performance.now() - this.#since < BREAK_AFTER_MS) return
    await setImmediate()
    this.#since = performance.now()
    this.#signal?.throwIfAborted()
  }
}
