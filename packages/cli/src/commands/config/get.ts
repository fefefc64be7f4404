import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

interface GetOptions extends ConnectionOptions {
  readonly at?: number
  readonly json?: boolean
}

/** Adds `metricq config get`. */
export function addConfigGet(config: Command): void {
  const command = config
    .command("get")
    .description("print a configuration as JSON")
    .argument("<token>", "client that it belongs to")
    .option("--at <version>", "an earlier version, by its number in config versions", parseCount)
    .option("--json", "an object with config, revision, time, author and note")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config get source-sysinfo > sysinfo.json", "the document alone"],
    ["metricq config get source-sysinfo --at 3", "as it was"],
  ])
}

async function run(token: string, options: GetOptions): Promise<void> {
  const [{ withClient }, output] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
  ])
  const found = await withClient(options, (client) => client.rpc("config.get", { token, version: options.at }), {
    administrator: true,
  })
  output.printJson(options.json ? found : found.config)
}
