import type { Command } from "commander"
import type { JobOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withRunningDatabase } from "../../options/database.js"
import { parseCount } from "../../options/values.js"

/** Adds `metricq db cancel`. */
export function addDbCancel(db: Command): void {
  const command = db
    .command("cancel")
    .description("end a job of a running database early")
    .argument("<job>", "its number in db jobs", parseCount)
    .option("--json", "an object with all that is known of it")
    .action(async (job: number, options: JobOptions) => (await import("../../actions/db.js")).cancelJob(job, options))
  withRunningDatabase(command)
  withExamples(command, [["metricq db cancel 3", ""]])
}
