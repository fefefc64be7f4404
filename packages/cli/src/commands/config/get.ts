import type { Command } from "commander"
import type { GetOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

/** Adds `metricq config get`. */
export function addConfigGet(config: Command): void {
  const command = config
    .command("get")
    .description("print a configuration as JSON")
    .argument("<token>", "client that it belongs to")
    .option("--at <version>", "an earlier version, by its number in config versions", parseCount)
    .option("--json", "an object with config, revision, time, author and note")
    .action(async (token: string, options: GetOptions) =>
      (await import("../../actions/config.js")).getConfig(token, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config get source-sysinfo > sysinfo.json", "the document alone"],
    ["metricq config get source-sysinfo --at 3", "as it was"],
  ])
}
