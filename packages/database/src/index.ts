export { checkDatabaseConfig, databaseSample } from "./configuration/check-database-config.js"
export { type DatabaseConfig, databaseSchema } from "./configuration/schema.js"
export { Database, type DatabaseOptions } from "./database.js"
export type { JobInfo, JobState } from "./jobs/job-list.js"
export type { LevelWishes } from "./metrics/level-choice.js"
export { openStore } from "./open-store.js"
export type { AnswerLimits, Progress, Store, StoreFigures } from "./store.js"
export {
  type CheckedImport,
  checkImport,
  type ImportRequest,
  importAny,
  importStateFile,
} from "./transfer/import-any.js"
export type { ImportControl, ImportProgress, ImportReport, ImportSkip } from "./transfer/import-control.js"
export { importCsv } from "./transfer/import-csv.js"
export { type HtaImportReport, importHta } from "./transfer/import-hta.js"
export { importParquet } from "./transfer/import-parquet.js"
export {
  type CsvImportSettings,
  type HtaImportSettings,
  type ImportKind,
  type ImportSettings,
  importSettings,
  type ParquetImportSettings,
} from "./transfer/import-settings.js"
export { type ImportSink, timelineSink } from "./transfer/import-sink.js"
export { levelsOfPoints } from "./transfer/levels-of-points.js"
