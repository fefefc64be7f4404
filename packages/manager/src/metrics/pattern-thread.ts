import { Worker } from "node:worker_threads"
import { RequestError } from "../request-error.js"
import type { Pattern } from "./pattern.js"
import { progressMemory, TESTED, TESTING } from "./pattern-progress.js"
import type { MatchRequest } from "./pattern-worker.js"

/** A name that takes longer than this ends the search. */
export const STUCK_MS = 200
const CHECK_MS = 50

interface Waiting {
  resolve(matches: Uint32Array): void
  reject(error: Error): void
}

/**
 * One worker thread that tests names against a pattern, a batch at a time, and dies with a pattern that does not end.
 * Not to be called again before the last call has settled.
 */
export class PatternThread {
  readonly #progress = progressMemory()
  readonly #worker: Worker
  #waiting: Waiting | undefined
  #dead = false

  constructor() {
    this.#worker = new Worker(new URL("./pattern-worker.js", import.meta.url), {
      workerData: this.#progress.buffer,
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
      execArgv: [],
    })
    this.#worker.on("message", (matches: Uint32Array) => this.#settle((waiting) => waiting.resolve(matches)))
    this.#worker.on("error", (error) =>
      this.#fail(new RequestError(`the search for the pattern failed: ${error.message}`)),
    )
    this.#worker.on("exit", () => this.#fail(new RequestError("the search for the pattern was ended")))
    this.#worker.unref()
  }

  /** Whether it can be used again. */
  get isDead(): boolean {
    return this.#dead
  }

  /**
   * The places of those `names` that match, ascending.
   * @param deadline on the clock of `performance.now()`
   * @throws {RequestError} if one name takes longer than {@link STUCK_MS} or the deadline passes; the thread is dead then
   */
  async match(pattern: Pattern, names: readonly string[], deadline: number): Promise<Uint32Array> {
    const request: MatchRequest = { pattern, names: names.join("\n") }
    const watch = this.#watch(pattern, deadline)
    this.#worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
        this.#worker.postMessage(request)
      })
    } finally {
      clearInterval(watch)
      this.#worker.unref()
    }
  }

  /** End the thread; a match under way rejects. */
  async kill(): Promise<void> {
    this.#dead = true
    await this.#worker.terminate()
  }

  /**
   * Several checks in a row must find the thread at the same name; its start, which takes long on a busy machine, does not count. A main thread that was held up itself sees its timers before the
   * answers that wait for it, but never several timers without looking for answers between them.
   */
  #watch({ source }: Pattern, deadline: number): NodeJS.Timeout {
    let last = -1
    let still = 0
    return setInterval(() => {
      const now = Atomics.load(this.#progress, TESTED)
      still = now === last && Atomics.load(this.#progress, TESTING) === 1 ? still + 1 : 0
      last = now
      if (still * CHECK_MS >= STUCK_MS) {
        this.#fail(new RequestError(`"${source}" was stopped: it takes more than ${STUCK_MS} ms for a single name`))
      } else if (performance.now() > deadline) {
        this.#fail(new RequestError(`"${source}" was stopped: the search takes too long`))
      }
      if (this.#dead) void this.kill()
    }, CHECK_MS)
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) how(waiting)
  }

  #fail(error: RequestError): void {
    this.#dead = true
    this.#settle((waiting) => waiting.reject(error))
  }
}
