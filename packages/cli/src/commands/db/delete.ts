import type { Command } from "commander"
import type { DeleteOptions } from "../../actions/db.js"
import { withExamples } from "../../options/common.js"
import { withDatabaseOptions } from "../../options/database.js"

/** Adds `metricq db delete`. */
export function addDbDelete(db: Command): void {
  const command = db
    .command("delete")
    .description("delete metrics, or what they have between two times; it cannot be undone")
    .argument("<pattern...>", "names, globs (* within a component, ** across) or /regular expressions/")
    .option("--from <time>", "only what is of this time or later")
    .option("--to <time>", "only what is before this time")
    .option("--yes", "do not ask")
    .option("--json", "a list of objects with what was deleted")
    .action(async (patterns: string[], options: DeleteOptions) =>
      (await import("../../actions/db.js")).deleteFromDatabase(patterns, options),
    )
  withDatabaseOptions(command)
  withExamples(command, [
    ["metricq db delete 'lab.tmp.**'", "asks before"],
    ["metricq db delete lab.power --from 2026-11-01 --to 2026-11-02", "a day of it"],
  ])
}
