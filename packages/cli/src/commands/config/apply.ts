import type { Command } from "commander"
import type { ApplyOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"

/** Adds `metricq config apply`. */
export function addConfigApply(config: Command): void {
  const command = config
    .command("apply")
    .description("send the stored configuration to the running client and print its answer")
    .argument("<token>", "client that it belongs to")
    .option("--timeout <duration>", "how long its answer is waited for", "10s")
    .addHelpText("after", "\nExit code 1 if the client refuses it, does not answer or is not there.")
    .action(async (token: string, options: ApplyOptions) =>
      (await import("../../actions/config.js")).applyStored(token, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [["metricq config apply source-sysinfo", "take it over now"]])
}
