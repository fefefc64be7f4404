import type { Command } from "commander"
import type { DbOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withDatabaseOptions } from "../../options/database.js"

const HELP = `
The database goes on meanwhile. Into a folder with an earlier backup only what
has changed is copied. The folder is one of the machine that the database runs
on.`

/** Adds `metricq db backup`. */
export function addDbBackup(db: Command): void {
  const command = db
    .command("backup")
    .description("copy everything that is stored into a folder")
    .argument("<copy>", "the folder; made if it is not there")
    .option("--json", "an object with what was copied")
    .addHelpText("after", HELP)
    .action(async (folder: string, options: DbOptions) =>
      (await import("../../actions/db.js")).backUpDatabase(folder, options),
    )
  withDatabaseOptions(command)
  withExamples(command, [["metricq db backup /backup/metricq", ""]])
}
