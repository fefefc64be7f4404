import { type AggregateColumns, historyAggregate, type TimeAggregate } from "@metricq/protocol"

/** Aggregates one after the other, as columns of equal length; iterated over, one by one. See `TimeAggregate` for what they mean. */
export class AggregateTimeline implements AggregateColumns, Iterable<TimeAggregate> {
  /** Begin of each interval, nanoseconds since 1970-01-01 UTC. */
  readonly times: BigInt64Array
  readonly minimum: Float64Array
  readonly maximum: Float64Array
  readonly sum: Float64Array
  readonly count: BigUint64Array
  readonly integralNs: Float64Array
  readonly activeTimeNs: BigInt64Array

  /** The columns are kept, not copied. */
  constructor(times: BigInt64Array, columns: AggregateColumns) {
    this.times = times
    this.minimum = columns.minimum
    this.maximum = columns.maximum
    this.sum = columns.sum
    this.count = columns.count
    this.integralNs = columns.integralNs
    this.activeTimeNs = columns.activeTimeNs
  }

  get length(): number {
    return this.times.length
  }

  /** The aggregate at this place; undefined where there is none. */
  at(index: number): TimeAggregate | undefined {
    return historyAggregate({ times: this.times, aggregates: this }, index)
  }

  *[Symbol.iterator](): Generator<TimeAggregate, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!
  }
}
