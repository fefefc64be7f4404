export { StorageError } from "./errors.js"
export {
  checkLevelParameters,
  defaultLevelParameters,
  type LevelParameters,
  levelIntervals,
} from "./level-parameters.js"
export { type MetricInfo, type ReadOptions, Timeline, type TimelineOptions, type TimelineRows } from "./timeline.js"
