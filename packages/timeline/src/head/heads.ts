import type { RecordReader } from "../journal/record.js"
import type { Words } from "../journal/words.js"
import { Head } from "./head.js"

/** The heads of all metrics between one checkpoint and the next. */
export class Heads implements RecordReader {
  /** Of the runs that are made of them; greater than that of all before. */
  readonly sequence: number
  /** By number of the metric. */
  readonly #heads: (Head | undefined)[] = []
  #bytes = 0
  #metrics = 0
  readonly #isStored: (metric: number) => boolean

  /** @param isStored says of which metrics points are kept, so that those of deleted ones are passed over */
  constructor(sequence: number, isStored: (metric: number) => boolean) {
    this.sequence = sequence
    this.#isStored = isStored
  }

  /** Memory of all heads. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many metrics have points. */
  get metrics(): number {
    return this.#metrics
  }

  points(
    metric: number,
    high: number,
    low: number,
    offsets: Float64Array,
    words: Words,
    valuesAt: number,
    count: number,
    rising: boolean,
  ): void {
    let head = this.#heads[metric]
    if (!head) {
      if (!this.#isStored(metric)) return
      head = new Head()
      this.#set(metric, head)
      this.#metrics++
      this.#bytes += head.bytes
    }
    const before = head.bytes
    head.append(high, low, offsets, words, valuesAt, count, rising)
    this.#bytes += head.bytes - before
  }

  get(metric: number): Head | undefined {
    return this.#heads[metric]
  }

  /** Drop the points of a metric. */
  delete(metric: number): void {
    const head = this.#heads[metric]
    if (!head) return
    this.#heads[metric] = undefined
    this.#bytes -= head.bytes
    this.#metrics--
  }

  /** Numbers of the metrics that have points, ascending. */
  *numbers(): Generator<number> {
    for (let metric = 0; metric < this.#heads.length; metric++) if (this.#heads[metric]) yield metric
  }

  /** Without holes, so that the array stays one of V8's fast kinds. */
  #set(metric: number, head: Head): void {
    while (this.#heads.length < metric) this.#heads.push(undefined)
    this.#heads[metric] = head
  }
}
