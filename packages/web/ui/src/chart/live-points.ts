import type { Tile } from "../lib/tile.js"

const START = 256
/** Points kept of one metric: the head tiles are read anew long before so many have come. */
const MOST = 32_768

/** The newest points of one metric, as they come in; once full the older half is forgotten. */
export class LivePoints {
  #times = new Float64Array(START)
  #values = new Float64Array(START)
  #length = 0
  #t0 = 0

  /** Points not newer than the last are left out. NaN is kept: it marks a gap. */
  push(time: number, value: number): void {
    if (this.#length === 0) this.#t0 = time
    else if (time - this.#t0 <= (this.#times[this.#length - 1] as number)) return
    if (this.#length === this.#times.length) this.#makeRoom()
    this.#times[this.#length] = time - this.#t0
    this.#values[this.#length] = value
    this.#length++
  }

  clear(): void {
    this.#length = 0
  }

  /** The last point, undefined if there is none. */
  get last(): { time: number; value: number } | undefined {
    if (this.#length === 0) return undefined
    const i = this.#length - 1
    return { time: this.#t0 + (this.#times[i] as number), value: this.#values[i] as number }
  }

  /** The points as a tile of raw points: views of what is kept, good until the next {@link push}. */
  tile(): Tile | undefined {
    if (this.#length === 0) return undefined
    const values = this.#values.subarray(0, this.#length)
    const offsets = this.#times.subarray(0, this.#length)
    return {
      t0: this.#t0,
      rowMs: 0,
      raw: true,
      offsets,
      min: values,
      mean: values,
      max: values,
      bytes: 0,
      receivedAt: 0,
    }
  }

  #makeRoom(): void {
    if (this.#length < MOST) {
      this.#times = grown(this.#times)
      this.#values = grown(this.#values)
      return
    }
    const half = this.#length >>> 1
    this.#times.copyWithin(0, half)
    this.#values.copyWithin(0, half)
    this.#length -= half
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}
