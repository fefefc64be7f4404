import { type Command, Option } from "commander"
import type { DiffOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

/** Adds `metricq config diff`. */
export function addConfigDiff(config: Command): void {
  const command = config
    .command("diff")
    .description("compare a configuration with a file, or two versions of it; the order of keys does not matter")
    .argument("<token>", "client that it belongs to")
    .argument("[file]", "file with a JSON object, - is standard input; without it the current version is compared")
    .option(
      "--from <version>",
      "older side (default: the current version for a file, else the one before --to)",
      parseCount,
    )
    .addOption(new Option("--to <version>", "newer side (default: the current version)").argParser(parseCount))
    .action(async (token: string, file: string | undefined, options: DiffOptions) =>
      (await import("../../actions/config.js")).diffConfigs(token, file, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config diff source-lab lab.json", "what config set would change"],
    ["metricq config diff source-lab", "what the last change was"],
    ["metricq config diff source-lab --from 3 --to 7", "between two versions"],
  ])
}
