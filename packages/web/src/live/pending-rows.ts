import type { Columns } from "@metricq/client"

/** A row that waits to be sent: of one point, or of many that have been merged. */
export interface PendingRow {
  /** Of the point, or begin of the interval; nanoseconds since 1970-01-01 UTC. */
  readonly timeNs: bigint
  readonly minimum: number
  readonly mean: number
  readonly maximum: number
  /** Points in it; those that are no finite number count, but have no value. */
  readonly count: number
}

/** Columns of the waiting rows. */
interface Buffers {
  times: BigInt64Array
  minimum: Float64Array
  maximum: Float64Array
  sum: Float64Array
  /** Finite values. */
  finite: Float64Array
  count: Float64Array
}

const firstCapacity = 8

/**
 * What one viewer has not got yet of one metric: points, or rows of an interval that is aligned to the epoch.
 *
 * Never more rows than `limit`: beyond it, neighbours are merged, and the interval from then on is twice as long, until everything has
 * been taken. Minimum, maximum, sum and count of all points stay true.
 */
export class PendingRows {
  /** Length of its rows; 0 for points. */
  readonly intervalMs: number
  readonly #intervalNs: number
  #limit: number
  #length = 0
  #buffers = buffersOf(firstCapacity)
  /** Points, or rows of the interval, that make one row now. */
  #merge = 1
  /** Of these, how many the last row has already. */
  #filled = 0
  /** End of the last row of an interval; the row takes what is before it. */
  #endNs = 0n
  /** Begin of the interval that points were added to last. */
  #lastBegin = -1n
  #leftOut = 0

  /** `intervalMs` 0: each point. */
  constructor(intervalMs: number, limit: number) {
    this.intervalMs = intervalMs
    this.#intervalNs = Math.round(intervalMs * 1e6)
    this.#limit = Math.max(2, limit)
  }

  /** Rows that wait. */
  get length(): number {
    return this.#length
  }

  /** How many more points find a place of their own. */
  get room(): number {
    return Math.max(0, this.#limit - this.#length)
  }

  /** Whether there is anything to wait for: a row that still grows, or more. */
  get isEmpty(): boolean {
    return this.#length === 0
  }

  /** Points, or rows of the interval, that were merged into others since the last `take()`, and so will not be sent singly. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** Set a new bound; what waits already is merged until it fits. */
  limitTo(limit: number): void {
    this.#limit = Math.max(2, limit)
    while (this.#length > this.#limit) this.#halve()
  }

  /** Add points in the order of their arrival; the columns are not kept. */
  add({ times, values }: Columns): void {
    if (this.#intervalNs === 0) {
      for (let i = 0; i < times.length; i++) this.#addPoint(times[i]!, values[i]!)
    } else this.#addToIntervals(times, values)
  }

  /** Add a row of points that are not known singly. */
  addRow({ timeNs, minimum, mean, maximum, count }: PendingRow): void {
    if (count <= 0) return
    if (this.#intervalNs === 0) {
      this.#begin(timeNs)
      this.#filled = this.#merge
      this.#leftOut += count - 1
    } else this.#enter(timeNs - (timeNs % BigInt(this.#intervalNs)))
    const i = this.#length - 1
    this.#buffers.count[i]! += count
    if (!Number.isFinite(mean)) return
    this.#buffers.minimum[i] = Math.min(this.#buffers.minimum[i]!, minimum)
    this.#buffers.maximum[i] = Math.max(this.#buffers.maximum[i]!, maximum)
    this.#buffers.sum[i]! += mean * count
    this.#buffers.finite[i]! += count
  }

  /** Rows that are complete: of an interval, those whose end is not after `nowNs`, or that another follows. They are gone from here. */
  take(nowNs: bigint): PendingRow[] {
    const keep = this.#intervalNs > 0 && this.#length > 0 && this.#endNs > nowNs ? 1 : 0
    const rows: PendingRow[] = []
    for (let i = 0; i < this.#length - keep; i++) rows.push(this.#row(i))
    if (keep === 1) this.#move(this.#length - 1, 0)
    this.#length = keep
    this.#leftOut = 0
    this.#merge = 1
    if (keep === 0) {
      this.#filled = 0
      this.#endNs = 0n
      this.#lastBegin = -1n
    }
    return rows
  }

  #addPoint(timeNs: bigint, value: number): void {
    if (this.#filled > 0 && this.#filled < this.#merge) {
      this.#filled++
      this.#leftOut++
      this.#into(this.#length - 1, value)
      return
    }
    this.#begin(timeNs)
    this.#filled = 1
    this.#into(this.#length - 1, value)
  }

  #addToIntervals(times: BigInt64Array, values: Float64Array): void {
    if (times.length === 0) return
    // Offsets from the first time as doubles: one division of bigints for a chunk instead of one for each point.
    const base = times[0]!
    const intoInterval = Number(base % BigInt(this.#intervalNs))
    let beginNs = Number.NaN
    for (let i = 0; i < times.length; i++) {
      const offset = intoInterval + Number(times[i]! - base)
      const begin = Math.floor(offset / this.#intervalNs) * this.#intervalNs - intoInterval
      if (begin !== beginNs) {
        beginNs = begin
        this.#enter(base + BigInt(begin))
      }
      this.#into(this.#length - 1, values[i]!)
    }
  }

  /** The next points belong to the interval that begins then. */
  #enter(beginNs: bigint): void {
    const last = this.#length - 1
    if (last >= 0 && beginNs < this.#endNs && beginNs >= this.#buffers.times[last]!) {
      if (beginNs !== this.#lastBegin) this.#leftOut++
      this.#lastBegin = beginNs
      return
    }
    this.#begin(beginNs)
    this.#lastBegin = beginNs
    this.#endNs = beginNs + BigInt(this.#intervalNs) * BigInt(this.#merge)
  }

  #begin(timeNs: bigint): void {
    if (this.#length >= this.#limit) this.#halve()
    if (this.#length === this.#buffers.times.length) this.#buffers = grown(this.#buffers, this.#limit)
    const { times, minimum, maximum, sum, finite, count } = this.#buffers
    const i = this.#length++
    times[i] = timeNs
    minimum[i] = Number.POSITIVE_INFINITY
    maximum[i] = Number.NEGATIVE_INFINITY
    sum[i] = 0
    finite[i] = 0
    count[i] = 0
  }

  #into(i: number, value: number): void {
    const { minimum, maximum, sum, finite, count } = this.#buffers
    count[i]!++
    if (!Number.isFinite(value)) return
    if (value < minimum[i]!) minimum[i] = value
    if (value > maximum[i]!) maximum[i] = value
    sum[i]! += value
    finite[i]!++
  }

  /** Merge neighbours two by two. */
  #halve(): void {
    const { minimum, maximum, sum, finite, count } = this.#buffers
    const pairs = this.#length >> 1
    for (let i = 0; i < pairs; i++) {
      const from = 2 * i
      const with_ = from + 1
      minimum[from] = Math.min(minimum[from]!, minimum[with_]!)
      maximum[from] = Math.max(maximum[from]!, maximum[with_]!)
      sum[from]! += sum[with_]!
      finite[from]! += finite[with_]!
      count[from]! += count[with_]!
      this.#move(from, i)
    }
    if (this.#length % 2 === 1) this.#move(this.#length - 1, pairs)
    this.#leftOut += pairs
    this.#length -= pairs
    this.#merge *= 2
  }

  #move(from: number, to: number): void {
    const { times, minimum, maximum, sum, finite, count } = this.#buffers
    times[to] = times[from]!
    minimum[to] = minimum[from]!
    maximum[to] = maximum[from]!
    sum[to] = sum[from]!
    finite[to] = finite[from]!
    count[to] = count[from]!
  }

  #row(i: number): PendingRow {
    const { times, minimum, maximum, sum, finite, count } = this.#buffers
    const isKnown = finite[i]! > 0
    return {
      timeNs: times[i]!,
      minimum: isKnown ? minimum[i]! : Number.NaN,
      mean: isKnown ? sum[i]! / finite[i]! : Number.NaN,
      maximum: isKnown ? maximum[i]! : Number.NaN,
      count: count[i]!,
    }
  }
}

function buffersOf(capacity: number): Buffers {
  return {
    times: new BigInt64Array(capacity),
    minimum: new Float64Array(capacity),
    maximum: new Float64Array(capacity),
    sum: new Float64Array(capacity),
    finite: new Float64Array(capacity),
    count: new Float64Array(capacity),
  }
}

function grown(old: Buffers, limit: number): Buffers {
  const buffers = buffersOf(Math.max(old.times.length + 1, Math.min(limit, old.times.length * 2)))
  buffers.times.set(old.times)
  for (const name of ["minimum", "maximum", "sum", "finite", "count"] as const) buffers[name].set(old[name])
  return buffers
}
