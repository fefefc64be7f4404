import { type Command, Option } from "commander"
import type { SetOptions } from "../../actions/config.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"

/** Adds `metricq config set`. */
export function addConfigSet(config: Command): void {
  const command = config
    .command("set")
    .description("store a configuration")
    .argument("<token>", "client that it belongs to")
    .argument("<file>", "file with a JSON object; - is standard input")
    .option("--note <text>", "why, for the list of versions")
    .addOption(new Option("--revision <revision>", "only if this is still the stored revision").conflicts("new"))
    .option("--new", "only if there is no configuration yet")
    .option("--no-check", "store it even if it is wrong for its kind of agent")
    .option("--apply", "then send it to the running client, as config apply does")
    .action(async (token: string, file: string, options: SetOptions) =>
      (await import("../../actions/config.js")).setConfig(token, file, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config set source-lab lab.json --note 'two more sensors'", ""],
    ["echo '{\"rate\": 10}' | metricq config set source-lab -", "from standard input"],
  ])
}
