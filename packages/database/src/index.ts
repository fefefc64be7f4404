export { type DatabaseConfig, databaseSchema } from "./configuration/schema.js"
export { Database, type DatabaseOptions } from "./database.js"
export type { JobInfo, JobState } from "./jobs/job-list.js"
