import type { Command } from "commander"
import type { DbOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withDatabaseOptions } from "../../options/database.js"

/** Adds `metricq db status`. */
export function addDbStatus(db: Command): void {
  const command = db
    .command("status")
    .description("tell what a database stores, what came in, and how its store is")
    .option("--json", "an object with all figures")
    .addHelpText("after", "\nExit code 1 if there is trouble that somebody has to look at.")
    .action(async (options: DbOptions) => (await import("../../actions/db.js")).statusDatabase(options))
  withDatabaseOptions(command)
  withExamples(command, [
    ["metricq db status", ""],
    ["metricq db status --json | jq .points", "for programs"],
  ])
}
