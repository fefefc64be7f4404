import type { Command } from "commander"
import type { VersionsOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

/** Adds `metricq config versions`. */
export function addConfigVersions(config: Command): void {
  const command = config
    .command("versions")
    .description("list the versions of a configuration, newest first")
    .argument("<token>", "client that it belongs to")
    .option("--limit <count>", "no more than this many", parseCount, 20)
    .option("--before <version>", "only older ones than this", parseCount)
    .option("--json", "a list of objects with version, revision, time, author and note")
    .action(async (token: string, options: VersionsOptions) =>
      (await import("../../actions/config.js")).listVersions(token, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [["metricq config versions source-sysinfo", "who changed it, when and why"]])
}
