import type { Command } from "commander"
import type { MetricsOptions } from "../actions/metrics.js"
import { withConnectionOptions, withExamples } from "../options/common.js"
import { parseCount } from "../options/values.js"

/** Adds `metricq metrics`: the names, or all metadata, of the metrics that match a pattern. */
export function addMetrics(program: Command): void {
  const command = program
    .command("metrics")
    .description("list metrics")
    .argument("[pattern]", "glob (* within a component, ** across) or /regular expression/", "**")
    .option("--json", "a list of objects with name and metadata")
    .option("--long", "a table with unit, rate, source and description")
    .option("--limit <count>", "no more than this many", parseCount)
    .action(async (pattern: string, options: MetricsOptions) =>
      (await import("../actions/metrics.js")).listMetrics(pattern, options),
    )
  withConnectionOptions(command, "client-$USER-tool-metrics")
  withExamples(command, [
    ["metricq metrics", "all names"],
    ["metricq metrics 'lab.**.power' --long", "some, as a table"],
    ["metricq metrics '/node(1|2)\\.cpu/' --json", "by regular expression, for programs"],
  ])
}
