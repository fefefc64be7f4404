import type { Command } from "commander"
import type { DbOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withDatabaseOptions } from "../../options/database.js"

/** Adds `metricq db verify`. */
export function addDbVerify(db: Command): void {
  const command = db
    .command("verify")
    .description("read everything that is stored and check every checksum")
    .option("--json", "an object with all figures")
    .addHelpText("after", "\nExit code 1 if anything is damaged; it is named with its file.")
    .action(async (options: DbOptions) => (await import("../../actions/db.js")).verifyDatabase(options))
  withDatabaseOptions(command)
  withExamples(command, [
    ["metricq db verify", ""],
    ["metricq db verify --folder /var/lib/metricq", "of one that does not run"],
  ])
}
