import { RequestError } from "../request-error.js"
import type { Pattern } from "./pattern.js"
import { PatternThread } from "./pattern-thread.js"

/** Threads at a time; a pattern that hangs keeps one of them busy until it is stopped. */
const THREADS = 2
/** Searches that may wait for a thread. */
const MAX_WAITING = 100
/** A search may take so long in all by default, however many names there are. */
const TOTAL_MS = 5_000
/** Unused threads end after this time. */
const IDLE_MS = 30_000

/**
 * Tests names against regular expressions of clients, away from the main thread and within bounds: 5 s for a search, and
 * for a single name the time given in `pattern-thread.ts`. Threads start with the first search.
 */
export class PatternMatcher {
  readonly #idle: PatternThread[] = []
  readonly #busy = new Set<PatternThread>()
  readonly #waiting: (() => void)[] = []
  readonly #totalMs: number
  #slots = THREADS
  #retirement: NodeJS.Timeout | undefined
  #closed = false

  /** @param totalMs how long one search may take in all */
  constructor(totalMs = TOTAL_MS) {
    this.#totalMs = totalMs
  }

  /**
   * Those names of `batches` that match, batch by batch; what the consumer does not ask for is not tested.
   * @throws {RequestError} if the pattern takes too long, or too many searches wait
   */
  async *filter(pattern: Pattern, batches: AsyncIterable<readonly string[]>): AsyncIterable<string[]> {
    await this.#takeSlot()
    const thread = this.#idle.pop() ?? new PatternThread()
    this.#busy.add(thread)
    const deadline = performance.now() + this.#totalMs
    try {
      for await (const names of batches) {
        if (names.length === 0) continue
        const matches = await thread.match(pattern, names, deadline)
        if (matches.length > 0) yield Array.from(matches, (at) => names[at] ?? "")
      }
    } finally {
      this.#busy.delete(thread)
      this.#retireLater(thread)
      this.#freeSlot()
    }
  }

  /** End all threads; searches under way fail. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retirement)
    for (const next of this.#waiting.splice(0)) next()
    await Promise.all([...this.#idle.splice(0), ...this.#busy].map((thread) => thread.kill()))
  }

  async #takeSlot(): Promise<void> {
    if (this.#slots > 0) this.#slots--
    else {
      if (this.#waiting.length >= MAX_WAITING)
        throw new RequestError("too many searches for patterns at once; try again")
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (this.#closed) throw new RequestError("the manager is stopping")
  }

  /** A slot goes from hand to hand while somebody waits. */
  #freeSlot(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#slots++
  }

  #retireLater(thread: PatternThread): void {
    if (this.#closed) void thread.kill()
    else if (!thread.isDead) this.#idle.push(thread)
    clearTimeout(this.#retirement)
    this.#retirement = setTimeout(() => {
      for (const idle of this.#idle.splice(0)) void idle.kill()
    }, IDLE_MS)
    this.#retirement.unref()
  }
}
