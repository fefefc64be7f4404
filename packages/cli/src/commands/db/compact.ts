import type { Command } from "commander"
import type { DbOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withDatabaseOptions } from "../../options/database.js"

/** Adds `metricq db compact`. */
export function addDbCompact(db: Command): void {
  const command = db
    .command("compact")
    .description("merge what can be merged now; in the background only what pays is, slowly")
    .option("--json", "an object with all figures")

    .action(async (options: DbOptions) => (await import("../../actions/db.js")).compactDatabase(options))
  withDatabaseOptions(command)
  withExamples(command, [["metricq db compact", ""]])
}
