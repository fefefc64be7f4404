import { type Command, Option } from "commander"
import type { ImportOptions } from "../../actions/config-import.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { repeated } from "../../options/users.js"

const HELP = `
Shows for each client what is new or changed, what is the same, and what is not in
the bundle; then asks, and writes only what differs, each as a version of its own.
What somebody changes meanwhile is not overwritten. Nothing is written while a
configuration of the bundle is wrong.

****** where a secret was left out keeps the stored one.

Exit code 1 if something was not written, or not taken by its client (--apply).`

/** Adds `metricq config import`. */
export function addConfigImport(config: Command): void {
  const command = config
    .command("import")
    .description("store the configurations of a bundle that config export, or you, have written")
    .argument("<path>", "folder or file with the bundle")
    .option("--dry-run", "change nothing, only show what would be")
    .option("-y, --yes", "do not ask")
    .option("--note <text>", "why, for the list of versions (default: where it is imported from)")
    .option("--apply", "then send them to the running clients, as config apply does")
    .option("--delete", "delete configurations that are not in the bundle; their versions stay")
    .addOption(new Option("--select <glob>", "only clients of these tokens; repeatable").argParser(repeated))
    .option("--no-check", "store also what is wrong for its kind of agent")
    .addHelpText("after", HELP)
    .action(async (path: string, options: ImportOptions) =>
      (await import("../../actions/config-import.js")).importConfigs(path, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config import ./network --dry-run", "what would change"],
    ["metricq config import ./network --yes --apply --note 'release 7'", "in a script"],
  ])
}
