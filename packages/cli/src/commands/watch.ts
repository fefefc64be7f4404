import type { Command } from "commander"
import type { WatchOptions } from "../actions/watch.js"
import { withConnectionOptions, withExamples } from "../options/common.js"

/** Adds `metricq watch`: values as they come. */
export function addWatch(program: Command): void {
  const command = program
    .command("watch")
    .description("show values as they come: a live table on a terminal, else one line a point")
    .argument("<pattern...>", "globs (* within a component, ** across) or /regular expressions/")
    .option("--plain", "one line a point, also on a terminal: time, metric, value")
    .option("--json", "one JSON object a point and line, with time, metric and value")
    .addHelpText(
      "after",
      "\nMetrics that appear later are taken in. In the table, arrows and Page keys\nscroll, q ends.",
    )
    .action(async (patterns: string[], options: WatchOptions) =>
      (await import("../actions/watch.js")).watch(patterns, options),
    )
  withConnectionOptions(command, "sink-$USER-tool-watch")
  withExamples(command, [
    ["metricq watch '*.cpu.usage'", "a live table"],
    ["metricq watch '**.power' lab.temperature", "several patterns"],
    ["metricq watch '**' | grep cpu", "one line a point: time, metric, value"],
    ["metricq watch lab.temperature --json | jq .value", "for programs"],
  ])
}
