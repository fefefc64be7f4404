import type { JsonObject, Metadata } from "@metricq/protocol"
import { RPCError } from "../errors.js"

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

/** Waits for a description. @throws {RPCError} as of an unknown function `name` where there is none */
export async function describedBy(
  name: string,
  description: ConfigDescription | ConfigPreview | Promise<ConfigDescription | ConfigPreview> | undefined,
): Promise<JsonObject> {
  if (description === undefined) throw new RPCError(`'Missing rpc handler for ${name}'`)
  return { ...(await description) } as JsonObject
}
