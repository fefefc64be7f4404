import { type JsonObject, type JsonValue, PeerAway } from "@metricq/client"
import type { FunctionGroup, Services } from "../services.js"

/** Contested metrics in an answer, and clients that are asked whether they are there. */
const MAX_METRICS = 1000
const MAX_ASKED = 200
/** How long a client has to say that it is there. */
const ASK_S = 2

/** Who takes metrics from whom; for administrators, as clients are asked for it. */
export function contestedFunctions(services: Services): FunctionGroup {
  return {
    "metadata.contested": async (_, context) => {
      services.administrators.check(context)
      return contested(services)
    },
  }
}

/** Metrics that clients take from each other, as far as two of these are connected. */
async function contested({ contests, network }: Services): Promise<JsonObject> {
  const all = contests.list().slice(0, MAX_METRICS)
  const tokens = [...new Set(all.flatMap(({ sources }) => sources))].slice(0, MAX_ASKED)
  const isConnected = await Promise.all(tokens.map((token) => isThere(network, token)))
  const live = new Set(tokens.filter((_, index) => isConnected[index]))
  const metrics = all.map((contest) => ({ ...contest, sources: contest.sources.filter((token) => live.has(token)) }))
  return { metrics: metrics.filter(({ sources }) => sources.length > 1) as unknown as JsonValue }
}

/** Only the broker's word that there is nobody counts as absence. */
async function isThere(network: Services["network"], token: string): Promise<boolean> {
  try {
    await network.ask(token, "discover", {}, ASK_S)
    return true
  } catch (error) {
    return !(error instanceof PeerAway)
  }
}
