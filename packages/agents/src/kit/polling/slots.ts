/** A bounded number of places; who finds none waits, in order. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Takes a place, as soon as there is one; the promise's value gives it back, once. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#wait(signal)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#give()
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = this.#waiting.indexOf(enter)
        if (at >= 0) this.#waiting.splice(at, 1)
        reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener("abort", leave)
        resolve()
      }
      this.#waiting.push(enter)
      signal.addEventListener("abort", leave, { once: true })
    })
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
