export { compatibleAnswer } from "./compatible/compatible-answer.js"
export { StorageError } from "./errors.js"
export {
  checkLevelParameters,
  defaultLevelParameters,
  type LevelParameters,
  levelIntervals,
} from "./level-parameters.js"
export { historyAnswer } from "./query/history-answer.js"
export type { AnswerHistory, HistoryAnswerOptions, HistorySource } from "./query/history-source.js"
export { type MetricInfo, type ReadOptions, Timeline, type TimelineOptions, type TimelineRows } from "./timeline.js"
