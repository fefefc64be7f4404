import type { WebPart } from "../server/context.js"
import { addPrometheusApi } from "./api.js"
import { HistorySource } from "./history-source.js"
import { defaultLimits } from "./limits.js"
import { metricTable } from "./metric-table.js"

/** The HTTP API of Prometheus below `/prometheus`, over the history of the network. */
export const prometheus: WebPart = async (app, { history, catalogue, logger }) => {
  const source = new HistorySource(history, metricTable(catalogue), defaultLimits)
  await app.register(async (scope) => addPrometheusApi(scope, { source, limits: defaultLimits, logger }), {
    prefix: "/prometheus",
  })
}
