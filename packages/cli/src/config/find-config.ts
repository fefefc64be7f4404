import { type Client, RPCError } from "@metricq/client"
import type { StoredConfig } from "@metricq/protocol"

/** The stored configuration of `token`, or `undefined` if there is none. */
export async function findConfig(client: Client, token: string): Promise<StoredConfig | undefined> {
  try {
    return await client.rpc("config.get", { token })
  } catch (error) {
    if (error instanceof RPCError && String(error.answer.error).startsWith("no configuration for")) return undefined
    throw error
  }
}
