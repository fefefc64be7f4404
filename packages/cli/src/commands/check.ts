import type { Command } from "commander"
import type { CheckCommandOptions } from "../actions/check.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parseCount } from "../options/values.js"

const HELP = `
dead        no value for longer than the metric's declared interval allows; one
            that declares none may be silent for an hour, one that is archived
            for ever
non-finite  NaN or infinite values among the newest points
missing     said to be stored, but no database has a point of it
unreadable  a database answers with an error

Exit code 1 if anything is found.`

/** Adds `metricq check`: what is wrong with stored metrics. */
export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .description("find stored metrics that are dead, non-finite or missing")
    .argument("[pattern...]", "names, globs (* within a component, ** across) or /regular expressions/", ["**"])
    .option("--factor <count>", "intervals that may pass without a value", parseCount, 10)
    .option("--max-age <duration>", "how old the last value of any metric may be, whatever it declares")
    .option("--timeout <duration>", "how long each answer is waited for", "10s")
    .option("--json", "a list of objects with all that was found")
    .addHelpText("after", HELP)
    .action(async (patterns: string[], options: CheckCommandOptions) =>
      (await import("../actions/check.js")).check(patterns, options),
    )
  withConnectionOptions(command, "history-$USER-tool-check")
  withExamples(command, [
    ["metricq check", "all stored metrics"],
    ["metricq check 'lab.**' --max-age 5min", "some, by one rule"],
    ["metricq check --json | jq -r '.[].metric'", "their names"],
  ])
}
