export type { ReadOptions, TimelineRows } from "./answers.js"
export { StorageError } from "./errors.js"
export {
  checkLevelParameters,
  defaultLevelParameters,
  type LevelParameters,
  levelIntervals,
} from "./level-parameters.js"
export type { TimelineOptions } from "./store/options.js"
export { type MetricInfo, Timeline } from "./timeline.js"
