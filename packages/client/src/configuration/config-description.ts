import type { JsonObject, Metadata } from "@metricq/protocol"

/** What the configurations of a client may hold: the answer to the RPC `schema`. */
export type ConfigDescription = {
  /** Kind of client: `source-weather`. */
  kind: string
  /** One line for people. */
  title?: string
  /** JSON Schema of a configuration. */
  schema: JsonObject
  /** A configuration that works, and shows what there is. */
  sample?: JsonObject
}

/** What a configuration would do: the answer to the RPC `preview`. */
export type ConfigPreview = {
  /** Metrics that would be declared, with their metadata. */
  metrics: Record<string, Metadata>
}
