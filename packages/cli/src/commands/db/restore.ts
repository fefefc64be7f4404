import type { Command } from "commander"
import type { RestoreOptions } from "../../actions/db.js"
import { withCommonOptions, withExamples } from "../../options/common.js"

/** Adds `metricq db restore`. */
export function addDbRestore(db: Command): void {
  const command = db
    .command("restore")
    .description("make a folder for a database from a backup")
    .argument("<copy>", "folder with the backup")
    .requiredOption("--folder <folder>", "where the database is to be; nothing may be there")
    .option("--json", "an object with what was copied")
    .action(async (copy: string, options: RestoreOptions) =>
      (await import("../../actions/db.js")).restoreDatabase(copy, options),
    )
  withCommonOptions(command)
  withExamples(command, [["metricq db restore /backup/metricq --folder /var/lib/metricq", ""]])
}
