import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"

/** What reads feed with points and rows in order of time: a `RowBuilder` or a `Tally`. */
export interface Sink {
  /** Time of the point before what comes next: values hold no further back. Undefined before the first point of the metric. */
  previousNs: bigint | undefined
  /** Take the time before a point, without counting it, and only as far as it lies before `untilNs`. */
  arrive(ns: bigint, value: number, untilNs?: bigint): void
  /** Take points, and the time before each. */
  addPoints(block: PointBlock, from?: number, to?: number): void
  /** Take rows that are not longer than those which are made. */
  addRows(block: RowBlock, intervalNs: bigint, from?: number, to?: number): void
  /** Take a whole run by its total, or return false if that says too little. */
  addRun(run: Run): boolean
}
