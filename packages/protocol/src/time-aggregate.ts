import { NonMonotonicTimestamps } from "./errors.js"
import { Timedelta } from "./timedelta.js"
import type { Timestamp } from "./timestamp.js"

/** The numbers of a {@link TimeAggregate}. */
export interface AggregateFields {
  timestamp: Timestamp
  minimum: number
  maximum: number
  sum: number
  count: number
  integralNs: number
  activeTime: Timedelta
}

/**
 * What is known of the values of an interval. Each value holds for the time before its timestamp, back to the previous one.
 *
 * `count` may be zero where `activeTime` is not: an interval between two points.
 */
export class TimeAggregate {
  /** Begin of the interval. */
  readonly timestamp: Timestamp
  readonly minimum: number
  readonly maximum: number
  /** Sum of the values whose timestamps lie in the interval. */
  readonly sum: number
  /** How many these are; exact to 2^53. */
  readonly count: number
  /** Integral in units of the value times nanoseconds. */
  readonly integralNs: number
  /** How much of the interval is covered by values. */
  readonly activeTime: Timedelta

  constructor(fields: AggregateFields) {
    this.timestamp = fields.timestamp
    this.minimum = fields.minimum
    this.maximum = fields.maximum
    this.sum = fields.sum
    this.count = fields.count
    this.integralNs = fields.integralNs
    this.activeTime = fields.activeTime
  }

  /** A single value of which nobody knows how long it held: no integral, no active time. */
  static fromValue(timestamp: Timestamp, value: number): TimeAggregate {
    return new TimeAggregate({ ...single(value), timestamp, integralNs: 0, activeTime: new Timedelta(0n) })
  }

  /**
   * The interval from one point to the next, in which the value of the latter holds.
   *
   * @throws {NonMonotonicTimestamps} `non-monotonic` if `timestamp` is not after `before`
   */
  static fromValuePair(before: Timestamp, timestamp: Timestamp, value: number): TimeAggregate {
    const activeTime = timestamp.minus(before)
    if (activeTime.ns <= 0n) {
      throw new NonMonotonicTimestamps("non-monotonic", `${timestamp.toIso()} is not after ${before.toIso()}`)
    }
    return new TimeAggregate({
      ...single(value),
      timestamp: before,
      integralNs: Number(activeTime.ns) * value,
      activeTime,
    })
  }

  /** Integral in units of the value times seconds: joules for watts. */
  get integralS(): number {
    return this.integralNs / 1e9
  }

  /** Mean over time if any time is covered, else over values; NaN if there are none either. */
  get mean(): number {
    return this.activeTime.ns > 0n ? this.meanIntegral : this.meanSum
  }

  /** Mean of the values, each counted once; NaN if there are none. */
  get meanSum(): number {
    return this.count === 0 ? Number.NaN : this.sum / this.count
  }

  /** Mean over time, each value counted as long as it held; NaN if no time is covered. */
  get meanIntegral(): number {
    return this.activeTime.ns === 0n ? Number.NaN : this.integralNs / Number(this.activeTime.ns)
  }
}

function single(value: number) {
  return { minimum: value, maximum: value, sum: value, count: 1 }
}
