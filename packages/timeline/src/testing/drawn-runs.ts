import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import { drawnPoints } from "./drawn-points.js"
import { type MemoryRun, memoryRun } from "./memory-run.js"
import { NaiveModel, type NaivePoint } from "./naive-model.js"

/** Numbers that draw a run. */
export interface DrawnRun {
  readonly seeds: readonly number[]
  readonly startNs: number
  /** Bit k: the rows of level k are stored. */
  readonly levelMask: number
  readonly blockPoints: number
}

/** Runs in order of writing, and a model that was given the same points in the same order. */
export interface RunsAndModel {
  readonly runs: MemoryRun[]
  readonly model: NaiveModel
  readonly points: NaivePoint[]
}

/** Runs as drawn, which may overlap, of one point at least each; `gap` is as for `drawnPoints`. */
export function drawnRuns(drawn: readonly DrawnRun[], parameters: LevelParameters, gap = Number.NaN): RunsAndModel {
  const model = new NaiveModel(parameters.maxGapNs)
  const count = levelIntervals(parameters).length
  const runs = drawn.map(({ seeds, startNs, levelMask, blockPoints }, i) => {
    const points = drawnPoints(seeds, startNs, gap)
    model.append(points)
    const levels = Array.from({ length: count }, (_, level) => level).filter((level) => (levelMask >> level) & 1)
    return memoryRun(points, parameters, { sequence: i + 1, levels, blockPoints })
  })
  return { runs, model, points: model.points() }
}
