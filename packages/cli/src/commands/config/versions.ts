import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

interface VersionsOptions extends ConnectionOptions {
  readonly limit: number
  readonly before?: number
  readonly json?: boolean
}

/** Adds `metricq config versions`. */
export function addConfigVersions(config: Command): void {
  const command = config
    .command("versions")
    .description("list the versions of a configuration, newest first")
    .argument("<token>", "client that it belongs to")
    .option("--limit <count>", "no more than this many", parseCount, 20)
    .option("--before <version>", "only older ones than this", parseCount)
    .option("--json", "a list of objects with version, revision, time, author and note")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [["metricq config versions source-sysinfo", "who changed it, when and why"]])
}

async function run(token: string, options: VersionsOptions): Promise<void> {
  const [{ withClient }, output] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
  ])
  const { limit, before } = options
  const { versions } = await withClient(options, (client) => client.rpc("config.versions", { token, limit, before }), {
    administrator: true,
  })
  if (options.json) return output.printJson(versions)
  output.printTable(
    [{ title: "version", align: "right" }, { title: "time" }, { title: "author" }, { title: "note" }],
    versions.map(({ version, time, author, note }) => [String(version), time, author, note ?? ""]),
  )
}
