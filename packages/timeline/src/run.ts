import type { Aggregate } from "./aggregate.js"
import type { PointBlock } from "./point-block.js"
import type { RowBlock } from "./row-block.js"

/**
 * A sorted run: points of one metric that were written together, and the rows of some levels made of them.
 *
 * A run knows nothing of its neighbours: its first point has no point before it, so contributes no active time; whoever reads several runs
 * adds the time between them. Runs may overlap in time; for the same time the one with the higher `sequence` wins.
 */
export interface Run {
  /** Order of writing; no two runs of a metric that overlap have the same. */
  readonly sequence: number
  /** Times of the first and the last point. */
  readonly firstNs: bigint
  readonly lastNs: bigint
  /** Values of the first and the last point; NaN for a gap. */
  readonly firstValue: number
  readonly lastValue: number
  /** How many points it has, or had before they were given up; NaNs count. */
  readonly points: number
  /** False where only rows have been kept: then `readPoints` finds none, and rows finer than `levels` are not to be had. */
  readonly hasPoints: boolean
  /** Levels of which rows are stored, ascending; others can be made of finer ones or of the points. */
  readonly levels: readonly number[]
  /** All points together. */
  readonly total: Readonly<Aggregate>

  /** Blocks that hold all points with `beginNs` ≤ time < `endNs`, in order; the first and the last may hold others, too. */
  readPoints(beginNs: bigint, endNs: bigint): Promise<PointBlock[]>

  /** Blocks that hold all stored rows of a level that overlap `beginNs` ≤ time < `endNs`, in order, and maybe others. */
  readRows(level: number, beginNs: bigint, endNs: bigint): Promise<RowBlock[]>
}
