import type { PointBlock } from "../point-block.js"
import type { Run } from "../run.js"
import { mergedPoints } from "./merge-points.js"
import { Pace } from "./pace.js"
import { pointsOfRun } from "./run-points.js"
import { runsWithin, segmentsOf } from "./segments.js"

/**
 * The points with `beginNs` ≤ time < `endNs` of all runs of a metric as one sorted stream, each time once: what was written last counts.
 *
 * Blocks share memory with those of the runs; their first offset may be above zero. Nothing is found where points have been given up.
 *
 * @throws the signal's reason once it is aborted
 */
export async function* readPoints(
  runs: readonly Run[],
  beginNs: bigint,
  endNs: bigint,
  signal?: AbortSignal,
  pace = new Pace(signal),
): AsyncGenerator<PointBlock> {
  const withPoints = runs.filter(({ hasPoints }) => hasPoints)
  for (const segment of segmentsOf(runsWithin(withPoints, beginNs, endNs))) {
    const fromNs = segment.beginNs > beginNs ? segment.beginNs : beginNs
    const untilNs = segment.endNs < endNs ? segment.endNs : endNs
    if (fromNs >= untilNs) continue
    const [run, other] = segment.runs
    if (other) yield* mergedPoints(segment.runs, fromNs, untilNs, pace)
    else yield* pointsOfRun(run!, fromNs, untilNs, pace)
  }
}
