import { type Client, RPCError } from "@metricq/client"
import type { StoredConfig } from "@metricq/protocol"
import { refusalText } from "../server/error-answer.js"

/** The stored configuration of a client with its secrets; undefined if there is none. Rejects as every RPC. */
export async function storedConfig(rpc: Pick<Client, "rpc">, token: string): Promise<StoredConfig | undefined> {
  try {
    return await rpc.rpc("config.get", { token }, { repeatable: true, timeout: 5 })
  } catch (error) {
    if (error instanceof RPCError && /^no configuration/.test(refusalText(error))) return undefined
    throw error
  }
}
