import type { Command } from "commander"
import type { SetOptions } from "../../actions/metadata-change.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { withChangeOptions } from "../../options/patterns.js"
import { collect } from "../../options/values.js"

const HELP = `
A value is taken as JSON if it is (5, true, '"5"', '["a"]'), else as text. It is
laid over what the source declares, and stays when the source declares again;
--unset takes it away, and what the source says comes back.`

/** Adds `metricq metadata set`. */
export function addMetadataSet(metadata: Command): void {
  const command = metadata
    .command("set")
    .description("set keys of the metadata of metrics")
    .argument("<pattern>", "name, glob (* within a component, ** across) or /regular expression/")
    .argument("[key=value...]", "what to set")
    .option("--unset <key>", "take away what was set; can be given more than once", collect, [])
  withChangeOptions(command).action(async (pattern: string, values: string[], options: SetOptions) =>
    (await import("../../actions/metadata-change.js")).setMetadata(pattern, values, options),
  )
  withAdministrationOptions(command, "metadata").addHelpText("after", HELP)
  withExamples(command, [
    ["metricq metadata set lab.power 'description=main feed' unit=W", ""],
    ["metricq metadata set 'lab.*.power' unit=kW --dry-run", "which ones that would be"],
    ["metricq metadata set lab.power --unset unit", "as its source says"],
  ])
}
