export type { ReadOptions, TimelineRows } from "./answers.js"
export { StorageError } from "./errors.js"
export {
  checkLevelParameters,
  defaultLevelParameters,
  type LevelParameters,
  levelIntervals,
} from "./level-parameters.js"
export type { HistoryAnswerOptions } from "./query/history-source.js"
export type { TimelineRowsOptions } from "./query/timeline-rows.js"
export type { TimelineOptions } from "./store/options.js"
export type { RetentionRule, RowRetention } from "./store/retention-rule.js"
export { type AnswerOptions, type MetricInfo, Timeline } from "./timeline.js"
