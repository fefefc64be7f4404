import { type Command, Option } from "commander"
import { withAdministrationOptions } from "./administration.js"
import { repeated } from "./users.js"

const HELP = `
What has been imported is remembered: after an interruption the same command
goes on where it was, and repeated later it reads only what is new. Points that
are there already do no harm. Metrics that are there keep their aggregation.`

/**
 * Adds what all imports have in common, and what is needed to reach a database.
 *
 * @param what names the argument: where the database reads it is part of the help
 */
export function withImportOptions(command: Command, what: "folder" | "file"): Command {
  const select = "only metrics of these names, globs or /regular expressions/; repeatable"
  command
    .addOption(new Option("--select <pattern>", select).argParser(repeated))
    .addOption(new Option("--exclude <pattern>", "all but metrics of these names; repeatable").argParser(repeated))
    .option("--strip <text>", "take this off the begin of names that begin with it")
    .option("--prefix <text>", "put this before all names")
    .option("--restart", "begin anew, whatever has been imported before")
    .option("--json", "print the report as JSON")
    .option(
      "--folder <folder>",
      "import into the store in this folder, which no database uses now, instead of having a running database do it",
    )
    .option("--database <token>", `database that imports; it reads the ${what} on its own machine`, "db-timeline")
    .addHelpText("after", HELP)
  return withAdministrationOptions(command)
}

/** Adds what imports of tables have in common. */
export function withTableOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--form <form>",
        "a point a row, or a column a metric (default: told from the names of the columns)",
      ).choices(["long", "wide"]),
    )
    .option("--as <metric>", "name of the metric, where there are only times and values")
    .option("--time-column <name>", "column with the times (default: told from the names)")
    .addOption(
      new Option("--unit <unit>", "of times that are numbers (default: told from the first one)").choices([
        ...["s", "ms", "us", "ns"],
      ]),
    )
}
