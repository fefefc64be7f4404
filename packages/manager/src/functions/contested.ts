import type { JsonObject, JsonValue } from "@metricq/client"
import type { FunctionGroup, Services } from "../services.js"

/** Contested metrics in an answer, and clients that are looked for. */
const MAX_METRICS = 1000
const MAX_TOKENS = 200

/** Who takes metrics from whom; for administrators. */
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
  const tokens = [...new Set(all.flatMap(({ sources }) => sources))].slice(0, MAX_TOKENS)
  const connected = await Promise.all(tokens.map((token) => network.isConnected(token)))
  const live = new Set(tokens.filter((_, index) => connected[index]))
  const metrics = all.map((contest) => ({ ...contest, sources: contest.sources.filter((token) => live.has(token)) }))
  return { metrics: metrics.filter(({ sources }) => sources.length > 1) as unknown as JsonValue }
}
