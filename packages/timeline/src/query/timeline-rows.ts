import type { ReadOptions, TimelineRows } from "../answers.js"
import type { LevelParameters } from "../level-parameters.js"
import type { Run } from "../run.js"
import { pointAtOrBefore } from "./find-point.js"
import { collectPoints } from "./point-columns.js"
import { pointRows } from "./point-rows.js"
import { rowsOfInterval } from "./read-rows.js"
import { rowColumns } from "./row-columns.js"
import { planTimeline } from "./timeline-plan.js"

/** How a timeline is made. */
export interface TimelineRowsOptions extends ReadOptions {
  /** Merge rows of a level into rows that are as long as asked for, or nearly; default: rows of a level as they are. */
  readonly merge?: boolean
}

/**
 * Rows that overlap `beginNs` ≤ time < `endNs` and are as long as possible up to `maxIntervalNs`; whole rows, aligned to the epoch, also at
 * both ends, the newest as far as it has come.
 *
 * They are those of the longest level that is not too long or, with `merge`, of a multiple of it. For less than the shortest level: rows
 * of `maxIntervalNs` made of the points, or the points themselves as rows with interval zero (see `pointRows`) if these are no more than
 * those rows could be, or for less than 1 μs. Where points have been given up: rows of the finest level that is left, for less than 1 μs
 * only if no points are left in the window.
 *
 * @throws {DataError} `too-many` above the limit of `options`
 */
export async function timelineRows(
  runs: readonly Run[],
  parameters: LevelParameters,
  beginNs: bigint,
  endNs: bigint,
  maxIntervalNs: bigint,
  options: TimelineRowsOptions = {},
): Promise<TimelineRows> {
  const query = { runs, parameters, beginNs, endNs, maxIntervalNs, merge: options.merge ?? false }
  const plan = await planTimeline(query, options.signal)
  if (plan.kind === "points") {
    const before = await pointAtOrBefore(runs, beginNs - 1n)
    return pointRows(await collectPoints(runs, beginNs, endNs, options), before?.ns, parameters.maxGapNs)
  }
  const { intervalNs, maxLevel } = plan
  return rowColumns(await rowsOfInterval({ ...query, maxLevel }, intervalNs, options), intervalNs)
}
