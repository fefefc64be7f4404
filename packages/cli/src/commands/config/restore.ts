import type { Command } from "commander"
import type { RestoreOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

/** Adds `metricq config restore`. */
export function addConfigRestore(config: Command): void {
  const command = config
    .command("restore")
    .description("make an earlier version the current one")
    .argument("<token>", "client that it belongs to")
    .argument("<version>", "its number in config versions", parseCount)
    .option("--note <text>", "why, for the list of versions")
    .option("--apply", "then send it to the running client, as config apply does")
    .action(async (token: string, version: number, options: RestoreOptions) =>
      (await import("../../actions/config.js")).restoreConfig(token, version, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [["metricq config restore source-lab 7 --note 'the new sensor is broken'", ""]])
}
