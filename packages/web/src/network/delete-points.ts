import { type Client, type JsonObject, PeerAway, RPCError, TimeoutError } from "@metricq/client"

/** What became of a deletion in a database. */
export type DeletedPoints = { token: string; metrics: number } | { token: string; failed: string }

/** Metrics in one request. */
const PART = 100
/** How long a database has for one part of a deletion; databases wait so long for their jobs at most. */
const WAIT_S = 50

/**
 * Have a database delete all points of these metrics. It has none of some of them: that is no failure.
 *
 * What went wrong is told, not thrown; what was deleted before stays so.
 */
export async function deletePoints(
  rpc: Pick<Client, "rpcTo">,
  token: string,
  names: readonly string[],
): Promise<DeletedPoints> {
  let metrics = 0
  for (let at = 0; at < names.length; at += PART) {
    const part = names.slice(at, at + PART)
    try {
      const args = { metrics: part, wait: WAIT_S }
      const job = await rpc.rpcTo(token, "database.delete", args, { timeout: WAIT_S + 5 })
      const failed = failureOf(job)
      if (failed !== undefined) return { token, failed }
      const { result } = job as { result?: { metrics?: unknown } }
      metrics += typeof result?.metrics === "number" ? result.metrics : 0
    } catch (error) {
      const failed = reasonOf(error)
      if (failed !== undefined) return { token, failed }
    }
  }
  return { token, metrics }
}

function failureOf({ state, failure, job }: JsonObject): string | undefined {
  if (state === "done") return undefined
  if (state === "waiting" || state === "running") return `not done after ${WAIT_S} s: job ${String(job)} goes on`
  return typeof failure === "string" ? failure : `its job is ${String(state)}`
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof PeerAway) return "not connected"
  if (error instanceof TimeoutError) return "no answer in time"
  if (!(error instanceof RPCError)) throw error
  const text = typeof error.answer.error === "string" ? error.answer.error : error.message
  return /^nothing is stored/.test(text) ? undefined : text
}
