import type { Command } from "commander"
import type { ListOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"

/** Adds `metricq config list`. */
export function addConfigList(config: Command): void {
  const command = config
    .command("list")
    .description("list all configurations")
    .option("--json", "a list of objects with token, revision, time, author and note")
    .action(async (options: ListOptions) => (await import("../../actions/config.js")).listConfigs(options))
  withAdministrationOptions(command)
  withExamples(command, [["metricq config list", "token, time, author and note of each"]])
}
