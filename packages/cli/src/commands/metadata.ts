import type { Command } from "commander"
import { withExamples } from "../options/common.js"
import { addMetadataDelete } from "./metadata/delete.js"
import { addMetadataGet } from "./metadata/get.js"
import { addMetadataHistory } from "./metadata/history.js"
import { addMetadataLifecycle } from "./metadata/lifecycle.js"
import { addMetadataRestore } from "./metadata/restore.js"
import { addMetadataSet } from "./metadata/set.js"

/** Adds `metricq metadata` and its subcommands: what is known of metrics, and whether they are shown. */
export function addMetadata(program: Command): void {
  const metadata = program
    .command("metadata")
    .description("read and change what is known of metrics, hide and delete them")

  for (const add of [addMetadataGet, addMetadataSet, addMetadataHistory]) add(metadata)
  for (const add of [addMetadataLifecycle, addMetadataDelete, addMetadataRestore]) add(metadata)
  withExamples(metadata, [
    ["metricq metadata get lab.power", "what is known of a metric, and from whom"],
    ["metricq metadata set 'lab.*.power' unit=W", "over what its source declares"],
    ["metricq metadata hide 'lab.tmp.**' --dry-run", "which ones that would be"],
    ["metricq metadata history lab.power", "who changed what, and when"],
  ])
}
