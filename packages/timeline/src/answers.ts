import type { AggregateColumns } from "@metricq/protocol"

/** Limits of a read. */
export interface ReadOptions {
  /** Refuse answers of more rows or points with a `DataError` `too-many`. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** Rows of one level, or of a multiple of it. */
export interface TimelineRows {
  readonly intervalNs: bigint
  /** Begin of each row. */
  readonly times: BigInt64Array
  readonly aggregates: AggregateColumns
}
