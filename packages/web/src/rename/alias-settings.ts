import { type JsonObject, type JsonValue, RPCError } from "@metricq/client"
import type { RenameNetwork } from "./rename-plan.js"

/**
 * How a database stores a metric, as an entry of its configuration, so that a metric that was stored by a pattern is stored in the same way
 * when it is named. Empty where it does not say.
 */
export async function aliasSettings(
  { rpc }: Pick<RenameNetwork, "rpc">,
  token: string,
  metric: string,
): Promise<JsonObject> {
  try {
    const told = await rpc.rpcTo(token, "database.storage", { metric }, { repeatable: true, timeout: 10 })
    return entryOf(told)
  } catch (error) {
    if (error instanceof RPCError) return {}
    throw error
  }
}

function entryOf({ rows, maxGap, retention, by }: JsonObject): JsonObject {
  const lengths = Array.isArray(rows) ? rows.map(Number).filter(Number.isSafeInteger) : []
  const [shortest, second] = lengths
  const kept: JsonValue | undefined = by === "patterns" && retention !== null ? retention : undefined
  return {
    ...(shortest !== undefined && { interval_min: shortest, interval_max: lengths.at(-1)! }),
    ...(shortest !== undefined && second !== undefined && { interval_factor: second / shortest }),
    ...(typeof maxGap === "string" && { maxGap: `${maxGap}ns` }),
    ...(kept !== undefined && { retention: kept }),
  }
}
