import { type Client, RPCError } from "@metricq/client"
import type { ConfigSetArguments } from "@metricq/protocol"
import { CommandError, oneLine } from "../errors.js"

/**
 * Store a configuration.
 *
 * @throws {CommandError} `conflict`, with the way to see the difference, if `revision` is no longer the stored one
 */
export async function storeConfig(client: Client, write: ConfigSetArguments): Promise<{ revision: string }> {
  try {
    return await client.rpc("config.set", write)
  } catch (error) {
    if (!(error instanceof RPCError) || error.code !== "conflict") throw error
    const remedy = `metricq config diff ${write.token} FILE shows how they differ`
    throw new CommandError("conflict", `${oneLine(error)}; ${remedy}`, { cause: error })
  }
}
