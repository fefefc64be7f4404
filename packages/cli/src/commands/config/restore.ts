import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

interface RestoreOptions extends ConnectionOptions {
  readonly note?: string
  readonly apply?: boolean
}

/** Adds `metricq config restore`. */
export function addConfigRestore(config: Command): void {
  const command = config
    .command("restore")
    .description("make an earlier version the current one")
    .argument("<token>", "client that it belongs to")
    .argument("<version>", "its number in config versions", parseCount)
    .option("--note <text>", "why, for the list of versions")
    .option("--apply", "then send it to the running client, as config apply does")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [["metricq config restore source-lab 7 --note 'the new sensor is broken'", ""]])
}

async function run(token: string, version: number, options: RestoreOptions): Promise<void> {
  const [{ withClient }, output, { applyConfig }] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
    import("../../config/apply-config.js"),
  ])
  await withClient(
    options,
    async (client) => {
      const { revision } = await client.rpc("config.restore", { token, version, note: options.note })
      output.printLines([`${token} is at revision ${revision}, which has version ${version} again`])
      if (options.apply) output.printLines([await applyConfig(client, token)])
    },
    { administrator: true },
  )
}
