import { DataError, type HistoryClient, HistoryError, TimeoutError } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { whenLeft } from "../server/left.js"
import type { Endpoints } from "./endpoints.js"
import { bodySchema, metricNames } from "./schemas.js"

const MOST_METRICS = 1000

/** `last`: the newest point of each metric. */
export const last: Endpoints = (app, { history, gate }) => {
  const schema = bodySchema({ metrics: metricNames(MOST_METRICS) }, ["metrics"])
  app.post<{ Body: { metrics: string[] } }>(
    "/last",
    { config: { needs: "viewer" }, schema },
    async ({ body }, reply) => {
      const signal = whenLeft(reply)
      return gate.run(async () => {
        const names = [...new Set(body.metrics)]
        const points = await mapBounded(names, 100, (metric) => lastPoint(history, metric, signal))
        return Object.fromEntries(names.map((name, index) => [name, points[index]]))
      })
    },
  )
}

async function lastPoint(history: HistoryClient, metric: string, signal: AbortSignal) {
  try {
    const point = await history.historyLastValue(metric, { timeout: 10, signal })
    return point === undefined ? null : { time: String(point.timestamp.posixNs), value: point.value }
  } catch (error) {
    // Of a thousand metrics some are stored nowhere; that tells nothing of the others.
    if (error instanceof HistoryError || error instanceof TimeoutError || error instanceof DataError) return null
    throw error
  }
}
