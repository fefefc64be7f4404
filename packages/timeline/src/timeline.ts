import type { AggregateColumns, Columns, TimeAggregate, TimeValue } from "@metricq/protocol"
import type { LevelParameters } from "./level-parameters.js"

/** How a store works. */
export interface TimelineOptions {
  /** Wait so long for more before each sync, in milliseconds; default 0: sync whenever none is under way. */
  readonly syncDelayMs?: number
  /** Memory for points not yet in segments, and size of the journal, at which they are written to one; in bytes. */
  readonly headBytes?: number
  readonly journalBytes?: number
  /** Memory for decoded blocks, in bytes. Default 64 MiB. */
  readonly cacheBytes?: number
}

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

/** What the store knows of a metric. */
export interface MetricInfo {
  readonly name: string
  readonly parameters: LevelParameters
  /** Times of the first and the last point; undefined without points. */
  readonly firstNs: bigint | undefined
  readonly lastNs: bigint | undefined
  /** Points stored; late ones that repeat others may count twice until they are merged. */
  readonly points: number
}

/** Years of points of many metrics in a folder, with their aggregates at any zoom. */
export class Timeline {
  static open(_folder: string, _options?: TimelineOptions): Promise<Timeline> {
    throw new Error("stub")
  }

  /** Aggregation of a metric, made known to the store if it is new. Blocks written with others are answered from their points, and rewritten later. */
  declare(_metric: string, _parameters: LevelParameters): Promise<void> {
    throw new Error("stub")
  }

  /** Resolves when the points are on disk. The columns are copied before this returns. */
  append(_metric: string, _columns: Columns): Promise<void> {
    throw new Error("stub")
  }

  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void> {
    throw new Error("stub")
  }

  metrics(): string[] {
    throw new Error("stub")
  }

  info(_metric: string): MetricInfo | undefined {
    throw new Error("stub")
  }

  aggregate(_metric: string, _beginNs: bigint, _endNs: bigint, _options?: ReadOptions): Promise<TimeAggregate> {
    throw new Error("stub")
  }

  timeline(
    _metric: string,
    _beginNs: bigint,
    _endNs: bigint,
    _maxIntervalNs: bigint,
    _options?: ReadOptions,
  ): Promise<TimelineRows> {
    throw new Error("stub")
  }

  raw(_metric: string, _beginNs: bigint, _endNs: bigint, _options?: ReadOptions): Promise<Columns> {
    throw new Error("stub")
  }

  last(_metric: string): Promise<TimeValue | undefined> {
    throw new Error("stub")
  }

  delete(_metric: string, _range?: { beginNs: bigint; endNs: bigint }): Promise<void> {
    throw new Error("stub")
  }

  close(): Promise<void> {
    throw new Error("stub")
  }
}
