import { type Command, Option } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"
import { parseCount } from "../../options/values.js"

interface DiffOptions extends ConnectionOptions {
  readonly from?: number
  readonly to?: number
}

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
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config diff source-lab lab.json", "what config set would change"],
    ["metricq config diff source-lab", "what the last change was"],
    ["metricq config diff source-lab --from 3 --to 7", "between two versions"],
  ])
}

async function run(token: string, file: string | undefined, options: DiffOptions): Promise<void> {
  const [{ withClient }, { colorsFor }, output, { unifiedDiff }, { sidesOfDiff }] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/colors.js"),
    import("../../terminal/output.js"),
    import("../../text/unified.js"),
    import("../../config/diff-sides.js"),
  ])
  const sides = await withClient(options, (client) => sidesOfDiff(client, token, file, options), {
    administrator: true,
  })
  const names = { before: sides.before.name, after: sides.after.name }
  output.printLines(unifiedDiff(sides.before.text, sides.after.text, names, colorsFor(process.stdout)))
}
