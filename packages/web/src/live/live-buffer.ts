import type { Columns } from "@metricq/client"

/** The newest points that have come in, in the order of their arrival; beyond `limit` the oldest go. */
export class LiveBuffer {
  readonly #limit: number
  #chunks: Columns[] = []
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Time of the oldest point that is still here; undefined if there is none. */
  get firstNs(): bigint | undefined {
    return this.#chunks[0]?.times[0]
  }

  /** Add points; the columns are copied. */
  add({ times, values }: Columns): void {
    if (times.length === 0) return
    const from = Math.max(0, times.length - this.#limit)
    this.#chunks.push({ times: times.slice(from), values: values.slice(from) })
    this.#length += times.length - from
    while (this.#length > this.#limit) this.#dropOldest(this.#length - this.#limit)
  }

  /** Everything, which is gone from here. */
  take(): Columns[] {
    const chunks = this.#chunks
    this.#chunks = []
    this.#length = 0
    return chunks
  }

  #dropOldest(excess: number): void {
    const { times, values } = this.#chunks[0]!
    if (times.length <= excess) this.#chunks.shift()
    else this.#chunks[0] = { times: times.subarray(excess), values: values.subarray(excess) }
    this.#length -= Math.min(times.length, excess)
  }
}
