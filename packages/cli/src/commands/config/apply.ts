import type { Timedelta } from "@metricq/protocol"
import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"
import { parseDuration } from "../../options/values.js"

interface ApplyOptions extends ConnectionOptions {
  readonly timeout: Timedelta
}

/** Adds `metricq config apply`. */
export function addConfigApply(config: Command): void {
  const command = config
    .command("apply")
    .description("send the stored configuration to the running client and print its answer")
    .argument("<token>", "client that it belongs to")
    .option("--timeout <duration>", "how long its answer is waited for", parseDuration, parseDuration("10s"))
    .addHelpText("after", "\nExit code 1 if the client refuses it, does not answer or is not there.")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [["metricq config apply source-sysinfo", "take it over now"]])
}

async function run(token: string, options: ApplyOptions): Promise<void> {
  const [{ withClient }, output, { applyConfig }] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
    import("../../config/apply-config.js"),
  ])
  const said = await withClient(options, (client) => applyConfig(client, token, options.timeout.s), {
    administrator: true,
  })
  output.printLines([said])
}
