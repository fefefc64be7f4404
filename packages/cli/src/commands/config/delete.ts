import type { Command } from "commander"
import type { DeleteOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"

/** Adds `metricq config delete`. */
export function addConfigDelete(config: Command): void {
  const command = config
    .command("delete")
    .description("delete a configuration; its versions stay and can be restored")
    .argument("<token>", "client that it belongs to")
    .option("--revision <revision>", "only if this is still the stored revision")
    .action(async (token: string, options: DeleteOptions) =>
      (await import("../../actions/config.js")).deleteConfig(token, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [["metricq config delete source-old", ""]])
}
