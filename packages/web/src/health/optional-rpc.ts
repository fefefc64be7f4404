import { type JsonObject, PeerAway, RPCError, TimeoutError } from "@metricq/client"

/**
 * The answer to an RPC that not every peer has, or that this user may not use; undefined without one. Time-outs and peers that are away count as
 * no answer, too: what is looked for then cannot be told.
 *
 * @throws what else goes wrong, such as a lost connection
 */
export async function answerIfAny(ask: () => Promise<unknown>): Promise<JsonObject | undefined> {
  try {
    return (await ask()) as JsonObject
  } catch (error) {
    if (error instanceof RPCError || error instanceof TimeoutError || error instanceof PeerAway) return undefined
    throw error
  }
}

/** Whether a peer has said that it has no such function. */
export function isMissing(error: unknown): boolean {
  return error instanceof RPCError && /rpc handler/i.test(error.message)
}

/** The objects of a list that came from another program; what is none is left out. */
export function objectsOf(value: unknown): JsonObject[] {
  if (!Array.isArray(value)) return []
  return value.filter((each): each is JsonObject => typeof each === "object" && each !== null && !Array.isArray(each))
}

/** Text that came from another program, cut to a length; "" for what is none. */
export function textOf(value: unknown, most = 300): string {
  return typeof value === "string" ? value.slice(0, most) : ""
}

/** A number that came from another program; 0 for what is none. */
export function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0
}
