import type { JsonObject } from "./json.js"
import type { Metadata } from "./metadata.js"
import type { MetadataLayers } from "./rpc-metadata.js"

/** Whether a metric shows up in lists, and whether there is more data to come. */
export type LifecycleAction = "hide" | "unhide" | "archive" | "unarchive"

/**
 * What to lay over a metric, as for `metadata.set`, so that it is hidden, archived, or not any more; `undefined` if it is so already.
 *
 * What was hidden by hand gives way; what its source has declared hidden is overlaid.
 */
export function lifecycleChange(
  action: LifecycleAction,
  { declared, overlay }: MetadataLayers,
  now: Date = new Date(),
): JsonObject | undefined {
  const merged: Metadata = { ...declared, ...overlay }
  switch (action) {
    case "hide":
      return merged.hidden === true ? undefined : { hidden: true }
    case "unhide":
      if (merged.hidden !== true) return undefined
      return { hidden: declared.hidden === true ? false : null }
    case "archive":
      return isArchived(merged) ? undefined : { archived: archivedText(now) }
    case "unarchive":
      if (!isArchived(merged)) return undefined
      return { archived: isArchived(declared) ? "" : null }
  }
}

/** Whether metadata says that there is no more data. */
export function isArchived({ archived }: Metadata): boolean {
  return typeof archived === "string" && archived !== ""
}

/** A time as existing tools write it into `archived`: `2026-11-26 07:00:00.123000+00:00`. */
function archivedText(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "000+00:00")
}
