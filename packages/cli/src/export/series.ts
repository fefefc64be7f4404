import type { AggregateColumns, Columns } from "@metricq/protocol"

/** Points of one metric, piece by piece, in the order of their times. */
export interface PointSeries {
  readonly metric: string
  readonly columns: AsyncIterable<Columns> | Iterable<Columns>
}

/** Aggregates one after the other: the begin of each interval, in nanoseconds since 1970-01-01 UTC, and what is known of it. */
export interface AggregateRows extends AggregateColumns {
  readonly times: BigInt64Array
}

/** Aggregates of one metric, piece by piece, in the order of their times. */
export interface AggregateSeries {
  readonly metric: string
  readonly columns: AsyncIterable<AggregateRows> | Iterable<AggregateRows>
}

/** One aggregate as it is exported: times in seconds, the integral in units of the value times seconds. */
export interface ExportedAggregate {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly sum: number
  readonly count: number
  readonly integral: number
  readonly active: number
}

/** Names of the columns of aggregates, in their order. */
export const aggregateNames = ["min", "max", "mean", "sum", "count", "integral", "active"] as const

/**
 * Row `index` of aggregates. The mean is over time where any time is covered, else over the values, and NaN where there are none; then the
 * minimum is Infinity and the maximum -Infinity.
 */
export function exportedAggregate(rows: AggregateRows, index: number): ExportedAggregate {
  const sum = rows.sum[index]!
  const count = Number(rows.count[index])
  const integralNs = rows.integralNs[index]!
  const activeNs = Number(rows.activeTimeNs[index])
  return {
    min: rows.minimum[index]!,
    max: rows.maximum[index]!,
    mean: activeNs > 0 ? integralNs / activeNs : sum / count,
    sum,
    count,
    integral: integralNs / 1e9,
    active: activeNs / 1e9,
  }
}
