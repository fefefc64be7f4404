import type { Endpoints } from "./endpoints.js"
import { bodySchema, metricNames } from "./schemas.js"

/** `metrics/lookup`: which of some names are metrics, and their unit, rate and source; null for those that are none. */
export const metricLookup: Endpoints = (app, { catalogue }) => {
  app.post<{ Body: { metrics: string[] } }>(
    "/metrics/lookup",
    { schema: bodySchema({ metrics: metricNames(2000) }, ["metrics"]), config: { needs: "viewer" } },
    async ({ body }) => {
      await catalogue.learn(body.metrics)
      const found = body.metrics.map((name): [string, object | null] => {
        const metadata = catalogue.get(name)?.metadata
        if (metadata === undefined) return [name, null]
        const { unit = null, rate = null, source = null } = metadata
        return [name, { unit, rate, source }]
      })
      return { metrics: Object.fromEntries(found) }
    },
  )
}
