import type { Aggregate } from "../aggregate.js"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { Run } from "../run.js"
import { Pace } from "./pace.js"
import { Tally } from "./tally.js"
import { WindowFeed } from "./window-feed.js"

/**
 * The aggregate of a metric over `beginNs` ≤ time < `endNs`, exact for any two times.
 *
 * Points in the window count. A value holds back to the point before, or as far as `maxGapNs` says; the part of that in the window makes
 * integral and active time, and its value is in minimum and maximum. So does that of the first point after the window. Where points have
 * been given up, a row counts where it begins. The cost depends on the number of runs and of levels, not on that of points.
 *
 * @throws the signal's reason once it is aborted, and what the runs throw
 */
export async function readAggregate(
  runs: readonly Run[],
  parameters: LevelParameters,
  beginNs: bigint,
  endNs: bigint,
  signal?: AbortSignal,
): Promise<Aggregate> {
  const tally = new Tally(parameters.maxGapNs)
  const maxLevel = levelIntervals(parameters).length - 1
  const query = { runs, parameters, maxLevel, beginNs, endNs }
  if (beginNs < endNs) await new WindowFeed(tally, query, new Pace(signal)).feed()
  return tally.aggregate
}
