import type { LastPoint } from "./channel.js"

/** Look-ups at once. */
const atOnce = 32

type LookUp = (metric: string) => Promise<LastPoint | undefined>

/** Looks up newest points, a few at once, each metric once for all who ask meanwhile. A look-up that fails gives no point. */
export class LastValues {
  readonly #lookUp: LookUp
  readonly #pending = new Map<string, Promise<LastPoint | undefined>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(lookUp: LookUp) {
    this.#lookUp = lookUp
  }

  get(metric: string): Promise<LastPoint | undefined> {
    let pending = this.#pending.get(metric)
    if (pending === undefined) {
      pending = this.#run(metric).finally(() => this.#pending.delete(metric))
      this.#pending.set(metric, pending)
    }
    return pending
  }

  async #run(metric: string): Promise<LastPoint | undefined> {
    if (this.#running < atOnce) this.#running++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve)) // who leaves hands its place on
    try {
      return await this.#lookUp(metric)
    } catch {
      return undefined
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
