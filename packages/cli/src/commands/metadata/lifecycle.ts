import type { LifecycleAction } from "@metricq/protocol"
import type { Command } from "commander"
import type { ChangeOptions } from "../../actions/metadata-change.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"
import { withChangeOptions, withPatterns } from "../../options/patterns.js"

const actions: Readonly<Record<LifecycleAction, readonly [description: string, example: string]>> = {
  hide: ["leave metrics out of lists; their data goes on", "metricq metadata hide 'lab.tmp.**'"],
  unhide: ["show hidden metrics again", "metricq metadata unhide 'lab.tmp.**'"],
  archive: ["say that metrics have no more data, since now", "metricq metadata archive 'old.**' --dry-run"],
  unarchive: ["say that archived metrics have data again", "metricq metadata unarchive old.power"],
}

/** Adds `metricq metadata hide`, `unhide`, `archive` and `unarchive`. */
export function addMetadataLifecycle(metadata: Command): void {
  for (const [name, [description, example]] of Object.entries(actions)) {
    const command = withPatterns(metadata.command(name).description(description))
    withChangeOptions(command).action(async (patterns: string[], options: ChangeOptions) =>
      (await import("../../actions/metadata-change.js")).changeLifecycle(name as LifecycleAction, patterns, options),
    )
    withAdministrationOptions(command, "metadata")
    withExamples(command, [[example, ""]])
  }
}
