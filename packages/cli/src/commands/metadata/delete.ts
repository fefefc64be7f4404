import type { Command } from "commander"
import type { DeleteOptions } from "../../actions/metadata-change.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { withChangeOptions, withPatterns } from "../../options/patterns.js"

const HELP = `
Only what is known of them goes: for 30 days metricq metadata restore brings it
back, and a source that declares a metric again makes it anew. Points that
databases have stored stay; metricq db delete deletes those.`

/** Adds `metricq metadata delete`. */
export function addMetadataDelete(metadata: Command): void {
  const command = withPatterns(metadata.command("delete").description("delete metrics; their points stay"))
  withChangeOptions(command)
    .option("--yes", "do not ask")
    .action(async (patterns: string[], options: DeleteOptions) =>
      (await import("../../actions/metadata-change.js")).deleteMetadata(patterns, options),
    )
  withAdministrationOptions(command, "metadata").addHelpText("after", HELP)
  withExamples(command, [
    ["metricq metadata delete 'lab.tmp.**'", "asks before"],
    ["metricq metadata delete 'lab.tmp.**' --dry-run", "which ones that would be"],
  ])
}
