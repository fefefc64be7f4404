export type { ReadOptions, TimelineRows } from "./answers.js"
export { timelineFormat } from "./catalog/manifest.js"
export { compatibleAnswer } from "./compatible/compatible-answer.js"
export { StorageError } from "./errors.js"
export type { RecentPoints, RecentReach } from "./head/recent-points.js"
export { checkHtaLevels } from "./hta/check-levels.js"
export { type HtaArchive, type HtaArchiveOptions, readHtaArchive } from "./hta/hta-archive.js"
export { HtaArchiveWriter, type HtaArchiveWriterOptions } from "./hta/hta-archive-writer.js"
export { type HtaDamage, type HtaDamageKind, HtaDamageReport } from "./hta/hta-damage.js"
export type { HtaColumns, HtaMetric, HtaReadOptions } from "./hta/hta-metric.js"
export type { HtaMetricWriter, HtaWritten } from "./hta/hta-metric-writer.js"
export type { UnorderedPoints } from "./hta/raw-records.js"
export {
  checkLevelParameters,
  defaultLevelParameters,
  isSameParameters,
  type LevelParameters,
  levelIntervals,
} from "./level-parameters.js"
export { historyAnswer } from "./query/history-answer.js"
export type { AnswerHistory, HistoryAnswerOptions, HistorySource } from "./query/history-source.js"
export type { TimelineRowsOptions } from "./query/timeline-rows.js"
export type { BackupOptions, BackupReport } from "./store/backup.js"
export type { TimelineOptions } from "./store/options.js"
export type { Renamed, RenameOutlook } from "./store/rename-metric.js"
export type { RetentionRule, RowRetention } from "./store/retention-rule.js"
export type { StoreStatus } from "./store/status.js"
export type { StoreProblem, VerifyOptions } from "./store/verify.js"
export { type AnswerOptions, type MetricInfo, Timeline } from "./timeline.js"
