import type { Command } from "commander"
import type { DatabaseOptions } from "../actions/database.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parseAdministrators } from "../options/users.js"

const HELP = `
Its configuration says what it stores; documents of metricq-db-hta do as they
are, with --token db-hta. To store everything:

  echo '{"patterns": ["**"]}' | metricq config set db-timeline -

A line beginning with "ready" tells that points are stored. What it has
acknowledged is on disk, whatever happens to it.`

/** Adds `metricq database`: the database as a process of its own. */
export function addDatabase(program: Command): void {
  const command = program
    .command("database")
    .description("run a database alone: it stores points and answers history requests")
    .requiredOption("--folder <folder>", "where points are kept; one database at a time can use it")
    .option(
      "--administrators <names>",
      "users that may delete, import and back up, with commas",
      parseAdministrators,
      [],
    )
    .addHelpText("after", HELP)
    .action(async (options: DatabaseOptions) => (await import("../actions/database.js")).runDatabase(options))
  withConnectionOptions(command, "db-timeline")
  withExamples(command, [
    ["metricq database --folder ./timeline --administrators alice", ""],
    ["metricq database --token db-hta --folder /var/lib/metricq --server amqp://db:secret@rabbit/", ""],
  ])
}
