import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"
import { alignDown, alignUp } from "./alignment.js"
import { Pace } from "./pace.js"
import { RowBuilder } from "./row-builder.js"
import { runsWithin } from "./segments.js"
import { WindowFeed } from "./window-feed.js"

/** Rows of one level. */
export interface LevelRows {
  /** The level asked for, or the finest there is where points have been given up. */
  readonly level: number
  readonly intervalNs: bigint
  readonly blocks: RowBlock[]
}

/**
 * The rows of a level which overlap `beginNs` ≤ time < `endNs`; whole rows, also at the ends, and the newest one as far as it has come.
 *
 * Stored rows of the level are used, or of the next finer one, or points, whichever a run has. Stretches stay folded as in `RowBlock`.
 *
 * @param level from 0 to the number of levels less one
 * @throws the signal's reason once it is aborted, and what the runs throw
 */
export async function readRows(
  runs: readonly Run[],
  parameters: LevelParameters,
  level: number,
  beginNs: bigint,
  endNs: bigint,
  signal?: AbortSignal,
): Promise<LevelRows> {
  const found = finestLevel(runs, parameters, level, beginNs, endNs)
  const intervalNs = levelIntervals(parameters)[found]!
  const builder = new RowBuilder(intervalNs, parameters.maxGapNs)
  const window = { beginNs: alignDown(beginNs, intervalNs), endNs: alignUp(endNs, intervalNs) }
  const query = { runs, parameters, maxLevel: found, ...window }
  if (beginNs < endNs) await new WindowFeed(builder, query, new Pace(signal)).feed()
  return { level: found, intervalNs, blocks: builder.finish() }
}

/** The finest level from `level` on of which all runs in the window have rows, or points to make them of. */
function finestLevel(
  runs: readonly Run[],
  parameters: LevelParameters,
  level: number,
  beginNs: bigint,
  endNs: bigint,
): number {
  const intervals = levelIntervals(parameters)
  let found = level
  // Longer rows reach further, maybe into a run whose rows are longer still.
  for (let before = -1; before !== found; ) {
    before = found
    const intervalNs = intervals[found]!
    for (const run of runsWithin(runs, alignDown(beginNs, intervalNs), alignUp(endNs, intervalNs))) {
      const finest = run.levels[0]
      if (!run.hasPoints && finest !== undefined && finest > found && finest < intervals.length) found = finest
    }
  }
  return found
}
