import type { Command } from "commander"
import type { PatchOptions } from "../../actions/config-patch.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { collect } from "../../options/values.js"

const HELP = `
The patch is a JSON merge patch (RFC 7386): its keys replace those of each
document, null takes a key away, objects are merged, lists replaced. If one of the
documents would be wrong for its kind of agent, none is stored. Each is stored as
a version of its own, and only if nobody has changed it meanwhile. Exit code 1 if
one of them could not be stored, or its client does not take it.`

/** Adds `metricq config patch`. */
export function addConfigPatch(config: Command): void {
  const command = config
    .command("patch")
    .description("change the configurations of many clients in the same way")
    .argument("<patch>", "a JSON object, or a file with one; - is standard input")
    .option("--select <pattern>", "clients whose tokens match: glob (*) or /regular expression/")
    .option("--label <label>", "only those with this label, key=value or key; can be given more than once", collect, [])
    .option("--dry-run", "only show what would change")
    .option("--note <text>", "why, for the list of versions")
    .option("--no-check", "store them even if they are wrong for their kind of agent")
    .option("--apply", "then send each to its running client, as config apply does")
    .addHelpText("after", HELP)
    .action(async (patch: string, options: PatchOptions) =>
      (await import("../../actions/config-patch.js")).patchConfigs(patch, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config patch --select 'source-sysinfo-*' '{\"rate\": 2}' --dry-run", "what would change"],
    ["metricq config patch --select 'source-sysinfo-*' '{\"rate\": 2}' --apply --note 'finer'", ""],
    ["metricq config patch --label room=A '{\"prefix\": null}'", "without a prefix of their own"],
  ])
}
