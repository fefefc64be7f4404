import type { Command } from "commander"
import type { GetOptions } from "../../actions/metadata.js"
import { withConnectionOptions, withExamples } from "../../options/common.js"
import { withPatterns } from "../../options/patterns.js"

/** Adds `metricq metadata get`. */
export function addMetadataGet(metadata: Command): void {
  const command = withPatterns(metadata.command("get").description("print what is known of metrics, key by key"))
    .option("--json", "a list of objects with name, metadata, declared and overlay")
    .action(async (patterns: string[], options: GetOptions) =>
      (await import("../../actions/metadata.js")).getMetadata(patterns, options),
    )
  withConnectionOptions(command, "client-$USER-tool-metadata")
  withExamples(command, [
    ["metricq metadata get lab.power", "what is set by hand is marked, with what its source says"],
    ["metricq metadata get 'lab.**' --json", "for programs"],
  ])
}
