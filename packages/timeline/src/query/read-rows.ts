import type { ReadOptions } from "../answers.js"
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
  const window = { runs, parameters, maxLevel: found, beginNs, endNs }
  return { level: found, intervalNs, blocks: await rowsOfInterval(window, intervalNs, { signal }) }
}

/**
 * Rows of any interval that is a multiple of that of the level `maxLevel`, or any at all for -1; else as `readRows`.
 */
export async function rowsOfInterval(
  window: {
    readonly runs: readonly Run[]
    readonly parameters: LevelParameters
    readonly beginNs: bigint
    readonly endNs: bigint
    readonly maxLevel: number
  },
  intervalNs: bigint,
  { limit, signal }: ReadOptions = {},
): Promise<RowBlock[]> {
  const builder = new RowBuilder(intervalNs, window.parameters.maxGapNs, limit)
  const beginNs = alignDown(window.beginNs, intervalNs)
  const endNs = alignUp(window.endNs, intervalNs)
  if (window.beginNs < window.endNs)
    await new WindowFeed(builder, { ...window, beginNs, endNs }, new Pace(signal)).feed()
  return builder.finish()
}

/** The finest level from `level` on, or -1 for points, of which all runs in the window have rows, or points to make them of. */
export function finestLevel(
  runs: readonly Run[],
  parameters: LevelParameters,
  level: number,
  beginNs: bigint,
  endNs: bigint,
): number {
  const intervals = levelIntervals(parameters)
  let found = level
  let before: number
  // Longer rows reach further, maybe into a run whose rows are longer still.
  do {
    before = found
    const intervalNs = intervals[found] ?? 1n
    for (const run of runsWithin(runs, alignDown(beginNs, intervalNs), alignUp(endNs, intervalNs))) {
      const finest = run.levels[0]
      if (!run.hasPoints && finest !== undefined && finest > found && finest < intervals.length) found = finest
    }
  } while (found > before)
  return found
}
