import type { JsonObject, Metadata } from "@metricq/client"

/** A metric as the wizard has it: its metadata, and its name as `id`. */
export function metricDocument({ name, metadata }: { readonly name: string; readonly metadata: Metadata }): JsonObject {
  return { ...metadata, id: name }
}
