import { type Client, type JsonObject, PeerAway, RPCError, TimeoutError } from "@metricq/client"
import type { ClientState, DatabasePlan, RenameWish } from "./rename-plan.js"

const reading = { repeatable: true, timeout: 15 }

/** What a database says that it has of both names; what goes wrong is told, not thrown. */
export async function databasePlan(
  rpc: Pick<Client, "rpcTo">,
  token: string,
  state: ClientState,
  { from, to }: Pick<RenameWish, "from" | "to">,
): Promise<DatabasePlan> {
  const unknown = (reason: string): DatabasePlan => ({ token, state, history: "unknown", points: 0, reason })
  if (state === "gone" || state === "unknown") return unknown("not connected")
  try {
    const { metrics } = await rpc.rpcTo(token, "database.outlook", { metrics: { [from]: to } }, reading)
    const { how, points, poured, reason } = (metrics as Record<string, JsonObject>)[from] ?? {}
    return {
      ...{ token, state, history: (how ?? "nothing") as DatabasePlan["history"], points: Number(points ?? 0) },
      ...(typeof poured === "number" && { poured }),
      ...(typeof reason === "string" && { reason }),
    }
  } catch (error) {
    return unknown(reasonOf(error))
  }
}

/** Why somebody could not be asked, in words. Throws what is no trouble of the network. */
export function reasonOf(error: unknown): string {
  if (error instanceof PeerAway) return "not connected"
  if (error instanceof TimeoutError) return "no answer in time"
  if (!(error instanceof RPCError)) throw error
  return typeof error.answer.error === "string" ? error.answer.error : error.message
}
