import type { Tile } from "../lib/tile.js"

const START = 256
/** Rows kept of one metric: the head tiles are read anew long before so many have come. */
const MOST = 32_768

/** One row of live values: of a point, or of an interval. */
export interface LiveRow {
  /** Of the point, or begin of the interval, ms since 1970. */
  time: number
  min: number
  mean: number
  max: number
  count: number
}

/** The newest rows of one metric, all of one length, as they come in; once full the older half is forgotten. */
export class LiveColumns {
  /** Length of the rows in ms; 0 for points. */
  readonly rowMs: number
  #columns = columnsOf(START)
  #length = 0
  #t0 = 0

  constructor(rowMs: number) {
    this.rowMs = rowMs
  }

  /** What is older than the last is left out; a row of the same interval is merged with it. NaN is kept: it marks a gap. */
  push(row: LiveRow): void {
    if (this.#length === 0) this.#t0 = row.time
    const offset = row.time - this.#t0
    const last = this.#length - 1
    if (last >= 0 && offset <= (this.#columns.times[last] as number)) {
      if (offset === this.#columns.times[last] && this.rowMs > 0) this.#merge(last, row)
      return
    }
    if (this.#length === this.#columns.times.length) this.#makeRoom()
    const i = this.#length++
    this.#columns.times[i] = offset
    this.#columns.min[i] = row.min
    this.#columns.mean[i] = row.mean
    this.#columns.max[i] = row.max
    this.#columns.counts[i] = row.count
  }

  /** The rows as a tile: views of what is kept, good until the next {@link push}. */
  tile(): Tile | undefined {
    if (this.#length === 0) return undefined
    const raw = this.rowMs === 0
    const mean = this.#columns.mean.subarray(0, this.#length)
    return {
      t0: this.#t0,
      rowMs: this.rowMs,
      raw,
      offsets: this.#columns.times.subarray(0, this.#length),
      min: raw ? mean : this.#columns.min.subarray(0, this.#length),
      mean,
      max: raw ? mean : this.#columns.max.subarray(0, this.#length),
      bytes: 0,
      receivedAt: Number.POSITIVE_INFINITY,
    }
  }

  #merge(i: number, { min, mean, max, count }: LiveRow): void {
    if (Number.isNaN(mean)) return
    const before = this.#columns.counts[i] as number
    const was = this.#columns.mean[i] as number
    this.#columns.counts[i] = before + count
    this.#columns.mean[i] = Number.isNaN(was) ? mean : (was * before + mean * count) / (before + count)
    if (!((this.#columns.min[i] as number) <= min)) this.#columns.min[i] = min
    if (!((this.#columns.max[i] as number) >= max)) this.#columns.max[i] = max
  }

  #makeRoom(): void {
    const old = this.#columns
    const half = this.#length >>> 1
    if (this.#length < MOST) this.#columns = columnsOf(this.#length * 2)
    const from = this.#length < MOST ? 0 : half
    for (const name of columnNames) this.#columns[name].set(old[name].subarray(from, this.#length))
    this.#length -= from
  }
}

const columnNames = ["times", "min", "mean", "max", "counts"] as const

function columnsOf(capacity: number): Record<(typeof columnNames)[number], Float64Array<ArrayBuffer>> {
  const column = () => new Float64Array(capacity)
  return { times: column(), min: column(), mean: column(), max: column(), counts: column() }
}
