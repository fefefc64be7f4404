import { type Command, Option } from "commander"
import type { HistoryOptions } from "../actions/history.js"
import { historyFormats } from "../history/view.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parseCount } from "../options/values.js"

const HELP = `
Times are ISO 8601, in local time without a zone, or POSIX seconds, now, epoch,
or a duration ago such as -5min.

Without --format and --output, a terminal gets a plot with a table of what is
known of each metric, and everything else CSV. Files end in .csv, .json, .jsonl
or .parquet.`

/** Adds `metricq history`: what databases have stored. */
export function addHistory(program: Command): void {
  const command = program
    .command("history")
    .description("look at the past: a plot on a terminal, or data as table, CSV, JSON or Parquet")
    .argument("<metric...>", "names, globs (* within a component, ** across) or /regular expressions/")
    .option("--from <time>", "begin", "-1h")
    .option("--to <time>", "end", "now")
    .addOption(
      new Option("--points <count>", "about as many rows, with minimum, mean and maximum (default: 1000)")
        .argParser(parseCount)
        .conflicts(["raw", "interval"]),
    )
    .addOption(new Option("--raw", "every point as it was sent").conflicts(["interval"]))
    .option("--interval <duration>", "rows of this length; where the database has none that add up to it, shorter ones")
    .addOption(new Option("--format <format>", "how data is written").choices(historyFormats))
    .option("--json", "the same as --format json")
    .option("-o, --output <file>", "write data into a file, in the format that its name ends in")
    .option("--plot", "draw a plot, also where standard output is no terminal")
    .addHelpText("after", HELP)
    .action(async (metrics: string[], options: HistoryOptions) =>
      (await import("../actions/history.js")).history(metrics, options),
    )
  withConnectionOptions(command, "history-$USER-tool-history")
  withExamples(command, [
    ["metricq history lab.power", "the last hour as a plot"],
    ["metricq history 'lab.*.power' --from -7d", "several metrics, a week"],
    ["metricq history lab.power --from 2026-11-26T08:00 --to 2026-11-26T09:00 --raw -o power.csv", ""],
    ["metricq history lab.power --from -1d --interval 1h --format table", "a row an hour"],
  ])
}
