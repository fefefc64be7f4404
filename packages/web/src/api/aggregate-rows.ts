import type { HistoryResponse } from "@metricq/client"

/** Aggregates as columns of numbers, whatever form the database has answered in. Durations are seconds. */
export class AggregateRows {
  /** Begins, nanoseconds since 1970. */
  readonly times: BigInt64Array
  readonly min: Float64Array
  readonly mean: Float64Array
  readonly max: Float64Array
  readonly sum: Float64Array
  readonly count: Float64Array
  /** In units of the value times seconds. */
  readonly integral: Float64Array
  readonly active: Float64Array

  private constructor(length: number, times: BigInt64Array) {
    const column = () => new Float64Array(length)
    this.times = times
    this.min = column()
    this.mean = column()
    this.max = column()
    this.sum = column()
    this.count = column()
    this.integral = column()
    this.active = column()
  }

  /** Of an answer whose mode is `aggregates` or `legacy`. */
  static of(response: HistoryResponse): AggregateRows {
    const rows = new AggregateRows(response.length, response.times)
    let at = 0
    for (const { minimum, maximum, mean, sum, count, integralS, activeTime } of response.aggregates()) {
      rows.min[at] = minimum
      rows.mean[at] = mean
      rows.max[at] = maximum
      rows.sum[at] = sum
      rows.count[at] = count
      rows.integral[at] = integralS
      rows.active[at] = activeTime.s
      at++
    }
    return rows
  }

  /** Length of the intervals as far as it can be seen: the shortest distance of two begins. undefined for fewer than two. */
  get intervalNs(): bigint | undefined {
    let shortest: bigint | undefined
    for (let i = 1; i < this.times.length; i++) {
      const step = this.times[i]! - this.times[i - 1]!
      if (shortest === undefined || step < shortest) shortest = step
    }
    return shortest
  }
}
