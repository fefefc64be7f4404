import type { TimeAggregate } from "@metricq/protocol"

/** What is known of a metric over a stretch of time. */
export interface Usage {
  /** In units of the value times seconds. */
  readonly integral: number
  /** How much of the time is covered by values, in seconds. */
  readonly activeSeconds: number
  /** The part of the time that is covered, 0 to 1. */
  readonly coverage: number
  /** Of the values that hold at some time in it; NaN if there are none. */
  readonly minimum: number
  readonly maximum: number
  /** Mean over the time that is covered, else over the points; NaN if there are none either. */
  readonly mean: number
  /** Points whose times lie in it. */
  readonly points: number
}

/** What a database knows of a stretch of time that is `seconds` long. */
export function usageOf(aggregate: TimeAggregate, seconds: number): Usage {
  const known = aggregate.minimum <= aggregate.maximum
  const activeSeconds = aggregate.activeTime.s
  return {
    integral: aggregate.integralS,
    activeSeconds,
    // Databases of old do not cut the rows at the edges.
    coverage: Math.min(1, activeSeconds / seconds),
    minimum: known ? aggregate.minimum : Number.NaN,
    maximum: known ? aggregate.maximum : Number.NaN,
    mean: aggregate.mean,
    points: aggregate.count,
  }
}
