/** What devices there are, looked up anew every few seconds: sensors seldom come and go, and folders cost more than values. */
export class Rescan<T> {
  readonly #scan: () => Promise<T>
  readonly #everyMs: number
  #found: T | undefined
  #atMs = Number.NEGATIVE_INFINITY

  constructor(scan: () => Promise<T>, everyMs = 10_000) {
    this.#scan = scan
    this.#everyMs = everyMs
  }

  /** What the last scan found, after another one if that is longer ago than the interval. */
  async get(nowMs: number): Promise<T> {
    if (this.#found === undefined || nowMs - this.#atMs >= this.#everyMs) {
      this.#found = await this.#scan()
      this.#atMs = nowMs
    }
    return this.#found
  }
}
