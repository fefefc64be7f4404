import type { Matcher } from "./matchers.js"
import type { Stretch } from "./stretch.js"

/** A metric as PromQL sees it. */
export interface MetricInfo {
  readonly name: string
  /** "" if nobody has said it; so is `source`. */
  readonly unit: string
  readonly source: string
  readonly description: string
  /** Declared distance of points in ms; undefined if that is not known. */
  readonly intervalMs?: number
}

/** Aggregates, or every point. */
export type ReadKind = "aggregates" | "points"

/** Where the evaluation gets series from. Calls may overlap. */
export interface SeriesSource {
  /** The metrics that all matchers let through, by name; those about other labels than name, unit and source are not looked at. */
  names(matchers: readonly Matcher[]): readonly MetricInfo[]
  /**
   * What is known of a metric after `startMs` up to and with `endMs`, empty if nothing is. `stepMs`: aggregates should fit into intervals
   * of this length, aligned to the epoch; they may be finer.
   *
   * @throws {QueryError} `execution` for too many points; other errors are those of the network
   */
  read(
    metric: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    what: ReadKind,
    signal: AbortSignal,
  ): Promise<Stretch>
  /** The last point up to and with `atMs`, or with Infinity the newest; undefined if there is none. */
  last(metric: string, atMs: number, signal: AbortSignal): Promise<{ timeMs: number; value: number } | undefined>
}
