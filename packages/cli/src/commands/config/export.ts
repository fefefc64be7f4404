import { type Command, Option } from "commander"
import type { ExportOptions } from "../../actions/config-export.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { repeated } from "../../options/users.js"

const HELP = `
The folder gets a JSON file for each client, TOKEN.json, and the same
configurations give the same files: made for Git. Files of clients that have no
configuration any more are removed, unless --select is given.

Secrets that are references, {"$env": …} or {"$file": …}, stay as they are. Others
are left out: ****** stands in their place, and an import keeps what is stored.`

/** Adds `metricq config export`. */
export function addConfigExport(config: Command): void {
  const command = config
    .command("export")
    .description("write configurations to a folder, or to a file, as a bundle for Git or another network")
    .argument("[folder]", "where the files go; it is made if it is not there")
    .option("-o, --output <file>", "instead: everything in one file, - is standard output")
    .addOption(new Option("--select <glob>", "only clients of these tokens; repeatable").argParser(repeated))
    .option("--with-secrets", "also write secrets; only you can read the files then")
    .addHelpText("after", HELP)
    .action(async (folder: string | undefined, options: ExportOptions) =>
      (await import("../../actions/config-export.js")).exportConfigs(folder, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config export ./network && git -C ./network diff", "what has changed since the last commit"],
    ["metricq config export -o bundle.json --select 'source-*'", "in one file"],
  ])
}
