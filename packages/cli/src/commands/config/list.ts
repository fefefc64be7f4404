import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"

/** Adds `metricq config list`. */
export function addConfigList(config: Command): void {
  const command = config
    .command("list")
    .description("list all configurations")
    .option("--json", "a list of objects with token, revision, time, author and note")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [["metricq config list", "token, time, author and note of each"]])
}

async function run(options: ConnectionOptions & { json?: boolean }): Promise<void> {
  const [{ withClient }, output] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
  ])
  const { configs } = await withClient(options, (client) => client.rpc("config.list", {}), { administrator: true })
  if (options.json) return output.printJson(configs)
  output.printTable(
    [{ title: "token" }, { title: "time" }, { title: "author" }, { title: "revision" }, { title: "note" }],
    configs.map(({ token, time, author, revision, note }) => [token, time, author, revision, note ?? ""]),
  )
}
