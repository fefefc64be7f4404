import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import { drawnParameters, drawnTime } from "./drawn-points.js"
import { type DrawnRun, drawnRuns, type RunsAndModel } from "./drawn-runs.js"

/** Numbers that draw runs and a question about them. */
export interface DrawnQuery {
  readonly choice: number
  readonly drawn: readonly DrawnRun[]
  readonly times: readonly [number, number]
  readonly level: number
  /** In place of NaN, where there shall be no gaps. */
  readonly gap?: number
}

/** A question about runs, and the model that knows the answer. */
export interface RunsAndQuery extends RunsAndModel {
  readonly parameters: LevelParameters
  readonly level: number
  /** Length of the rows of the level. */
  readonly intervalNs: bigint
  /** Not after `endNs`. */
  readonly beginNs: bigint
  readonly endNs: bigint
}

/** Runs and a question as drawn. */
export function drawnQuery({ choice, drawn, times, level, gap }: DrawnQuery): RunsAndQuery {
  const parameters = drawnParameters(choice)
  const runs = drawnRuns(drawn, parameters, gap)
  const intervals = levelIntervals(parameters)
  const a = drawnTime(runs.points, times[0])
  const b = drawnTime(runs.points, times[1])
  return {
    ...runs,
    parameters,
    level: level % intervals.length,
    intervalNs: intervals[level % intervals.length]!,
    beginNs: a < b ? a : b,
    endNs: a < b ? b : a,
  }
}
