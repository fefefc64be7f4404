import { MetricqError } from "@metricq/client"

/** Lets so many through at once; the others wait in line, but not more than there is room for. */
export class Slots {
  #most: number
  #room: number
  #taken = 0
  readonly #line: (() => void)[] = []

  constructor(most: number, room: number) {
    this.#most = most
    this.#room = room
  }

  /** Let another number through from now on. Those who are in, or wait already, stay. */
  resize(most: number, room: number): void {
    this.#most = most
    this.#room = room
    this.#admit()
  }

  get waiting(): number {
    return this.#line.length
  }

  /**
   * Wait for a place, which is given back by the function this resolves to.
   *
   * @throws {MetricqError} `busy` if the line is full; the reason of the signal
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#taken >= this.#most) await this.#wait(signal)
    else this.#taken++
    let isTaken = true
    return () => {
      if (isTaken) this.#free()
      isTaken = false
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#line.length >= this.#room) {
      throw new MetricqError("busy", `${this.#most} requests are worked on and ${this.#room} wait: try again later`)
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#line.splice(this.#line.indexOf(enter), 1)
        reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener("abort", onAbort)
        resolve()
      }
      signal.addEventListener("abort", onAbort, { once: true })
      this.#line.push(enter)
    })
  }

  #free(): void {
    this.#taken--
    this.#admit()
  }

  #admit(): void {
    while (this.#taken < this.#most && this.#line.length > 0) {
      this.#taken++
      this.#line.shift()!()
    }
  }
}
