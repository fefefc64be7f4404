import type { Columns } from "@metricq/client"
import type { LevelParameters } from "@metricq/timeline"
import { IntervalEstimate } from "../metrics/interval-estimate.js"
import { type LevelWishes, levelsFor } from "../metrics/level-choice.js"

/** Points that are looked at. */
const SAMPLE = 1000
/** Distance of points where there is nothing to tell it from: that of a metric measured once a second. */
const UNKNOWN_INTERVAL_NS = 1_000_000_000n

/** Levels that suit a metric of which some points are known, in any order, as far as they are not said. */
export function levelsOfPoints({ times }: Columns, wishes: LevelWishes = {}): LevelParameters {
  const estimate = new IntervalEstimate()
  estimate.add(times.slice(0, SAMPLE).sort(), undefined)
  return levelsFor(estimate.intervalNs ?? UNKNOWN_INTERVAL_NS, wishes)
}
