import type { Command } from "commander"
import type { HistoryOptions } from "../../actions/metadata.js"
import { withConnectionOptions, withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

/** Adds `metricq metadata history`. */
export function addMetadataHistory(metadata: Command): void {
  const command = metadata
    .command("history")
    .description("print the changes of a metric's metadata, newest first")
    .argument("<metric>", "its name; it may have been deleted")
    .option("--limit <count>", "no more than this many; 50 are kept", parseCount, 50)
    .option("--json", "a list of objects, for programs")
    .action(async (metric: string, options: HistoryOptions) =>
      (await import("../../actions/metadata.js")).printHistory(metric, options),
    )
  withConnectionOptions(command, "client-$USER-tool-metadata")
  withExamples(command, [["metricq metadata history lab.power", ""]])
}
