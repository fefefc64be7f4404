import type { Command } from "commander"
import type { ChangeOptions } from "../../actions/metadata-change.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { withChangeOptions, withPatterns } from "../../options/patterns.js"

/** Adds `metricq metadata restore`. */
export function addMetadataRestore(metadata: Command): void {
  const command = withPatterns(
    metadata.command("restore").description("bring back metrics that were deleted in the last 30 days"),
  )
  withChangeOptions(command).action(async (patterns: string[], options: ChangeOptions) =>
    (await import("../../actions/metadata-change.js")).restoreMetadata(patterns, options),
  )
  withAdministrationOptions(command, "metadata")
  withExamples(command, [
    ["metricq metadata restore 'lab.tmp.**'", ""],
    ["metricq metadata restore '**' --dry-run", "all that can be restored"],
  ])
}
