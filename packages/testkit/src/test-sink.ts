import { Sink, type Timestamp } from "@metricq/client"

const NEXT_TIMEOUT_MS = 20_000
const POINTS_KEPT = 100_000

/** A point as a sink hands it out: metric, time, value. */
export type Point = [metric: string, time: Timestamp, value: number]

/** A sink that keeps what arrives until the test takes it; at most 100 000 points, then it refuses more. */
export class TestSink extends Sink {
  readonly #points: Point[] = []
  #onPoint: (() => void) | undefined

  override async onData(metric: string, time: Timestamp, value: number): Promise<void> {
    if (this.#points.length >= POINTS_KEPT) throw new Error(`the test left ${POINTS_KEPT} points lying`)
    this.#points.push([metric, time, value])
    this.#onPoint?.()
  }

  /** How many points have arrived and were not taken. */
  get pending(): number {
    return this.#points.length
  }

  /**
   * Takes the next point, in the order of their arrival; waits for it.
   *
   * One call at a time: a second one while the first waits takes its place.
   *
   * @throws {Error} if none arrives within 20 s
   */
  async next(): Promise<Point> {
    const deadline = Date.now() + NEXT_TIMEOUT_MS
    for (;;) {
      const point = this.#points.shift()
      if (point !== undefined) return point
      if (Date.now() >= deadline) throw new Error(`${this.token}: no point in ${NEXT_TIMEOUT_MS / 1000} s`)
      await this.#arrival(deadline - Date.now())
    }
  }

  /** Takes the next `count` points. */
  async take(count: number): Promise<Point[]> {
    const points: Point[] = []
    while (points.length < count) points.push(await this.next())
    return points
  }

  #arrival(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#onPoint = () => {
        clearTimeout(timer)
        this.#onPoint = undefined
        resolve()
      }
    })
  }
}
