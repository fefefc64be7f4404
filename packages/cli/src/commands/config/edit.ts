import type { Command } from "commander"
import type { EditOptions } from "../../actions/config-edit.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"

const HELP = `
If somebody else stores the same configuration meanwhile, both changes are shown
and you can edit again. What you typed stays in a file until it is stored.`

/** Adds `metricq config edit`. */
export function addConfigEdit(config: Command): void {
  const command = config
    .command("edit")
    .description("change a configuration in your editor: $VISUAL, $EDITOR or vi")
    .argument("<token>", "client that it belongs to; one without a configuration gets its first")
    .option("--note <text>", "why, for the list of versions")
    .option("--no-check", "store it even if it is wrong for its kind of agent")
    .option("--apply", "then send it to the running client, as config apply does")
    .addHelpText("after", HELP)
    .action(async (token: string, options: EditOptions) =>
      (await import("../../actions/config-edit.js")).editStored(token, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [["EDITOR='code --wait' metricq config edit source-sysinfo --apply", ""]])
}
