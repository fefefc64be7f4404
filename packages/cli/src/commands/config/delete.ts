import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"

/** Adds `metricq config delete`. */
export function addConfigDelete(config: Command): void {
  const command = config
    .command("delete")
    .description("delete a configuration; its versions stay and can be restored")
    .argument("<token>", "client that it belongs to")
    .option("--revision <revision>", "only if this is still the stored revision")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [["metricq config delete source-old", ""]])
}

async function run(token: string, options: ConnectionOptions & { revision?: string }): Promise<void> {
  const [{ withClient }, output] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
  ])
  const { revision } = options
  await withClient(options, (client) => client.rpc("config.delete", { token, revision }), { administrator: true })
  output.printLines([`configuration of ${token} deleted`])
}
