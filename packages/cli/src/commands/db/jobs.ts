import type { Command } from "commander"
import type { JobOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withRunningDatabase } from "../../options/database.js"

/** Adds `metricq db jobs`. */
export function addDbJobs(db: Command): void {
  const command = db
    .command("jobs")
    .description("list what a running database works on, and what it has done: backups, imports and the like")
    .option("--json", "a list of objects with all that is known")
    .action(async (options: JobOptions) => (await import("../../actions/db.js")).listJobs(options))
  withRunningDatabase(command)
  withExamples(command, [["metricq db jobs", ""]])
}
