import { type JsonObject, RPCError, Timedelta } from "@metricq/client"
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
  const lengths = Array.isArray(rows) ? rows.map((length) => BigInt(String(length))) : []
  const [shortest, second] = lengths
  const isKept = by === "patterns" && !isForEver(retention)
  return {
    ...(shortest !== undefined && { interval_min: durationOf(shortest), interval_max: durationOf(lengths.at(-1)!) }),
    ...(shortest !== undefined && second !== undefined && { interval_factor: Number(second / shortest) }),
    ...(typeof maxGap === "string" && { maxGap: durationOf(BigInt(maxGap)) }),
    ...(isKept && { retention: retention! }),
  }
}

function durationOf(ns: bigint): string {
  return Timedelta.fromNs(ns).preciseString
}

/** What is kept for ever needs no rule. */
function isForEver(retention: JsonObject[string]): boolean {
  if (typeof retention !== "object" || retention === null || Array.isArray(retention)) return true
  return retention.raw === "forever" && Object.keys((retention.levels as JsonObject | undefined) ?? {}).length === 0
}
