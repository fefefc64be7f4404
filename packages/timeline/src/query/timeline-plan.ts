import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { Run } from "../run.js"
import { alignDown } from "./alignment.js"
import { readAggregate } from "./read-aggregate.js"
import { finestLevel } from "./read-rows.js"
import { runsWithin } from "./segments.js"

/** What a timeline is asked for. */
export interface TimelineQuery {
  readonly runs: readonly Run[]
  readonly parameters: LevelParameters
  readonly beginNs: bigint
  readonly endNs: bigint
  /** Rows are no longer than this, except where points have been given up. */
  readonly maxIntervalNs: bigint
  /** Merge rows of a level into rows that are as long as asked for, or nearly. */
  readonly merge: boolean
}

/** What a timeline is made of: rows of an interval, from rows of the level `maxLevel` at most (-1: from points alone), or points. */
export type TimelinePlan =
  | { readonly kind: "rows"; readonly intervalNs: bigint; readonly maxLevel: number }
  | { readonly kind: "points" }

/** Row numbers of shorter rows are not exact as float64. */
const SHORTEST_ROW_NS = 1000n

/** Decide what a timeline is made of; see `timelineRows`. */
export async function planTimeline(query: TimelineQuery, signal?: AbortSignal): Promise<TimelinePlan> {
  const { runs, parameters, beginNs, endNs, maxIntervalNs, merge } = query
  const asksForPoints = maxIntervalNs < SHORTEST_ROW_NS
  if (asksForPoints && runsWithin(runs, beginNs, endNs).some(({ hasPoints }) => hasPoints)) return { kind: "points" }
  const intervals = levelIntervals(parameters)
  const wanted = intervals.findLastIndex((intervalNs) => intervalNs <= maxIntervalNs)
  const maxLevel = finestLevel(runs, parameters, wanted, beginNs, endNs)
  const levelNs = intervals[maxLevel]
  if (levelNs !== undefined) {
    const intervalNs = merge && maxIntervalNs > levelNs ? alignDown(maxIntervalNs, levelNs) : levelNs
    return { kind: "rows", intervalNs, maxLevel }
  }
  if (asksForPoints) return { kind: "points" }
  const { count } = await readAggregate(runs, parameters, beginNs, endNs, signal)
  if (count * Number(maxIntervalNs) <= Number(endNs - beginNs)) return { kind: "points" }
  return { kind: "rows", intervalNs: maxIntervalNs, maxLevel }
}
