import { version } from "@metricq/client"
import type { WebPart } from "./context.js"

/** `/healthz`: the process works. `/readyz`: it knows the network. */
export const health: WebPart = (app, { catalogue }) => {
  app.get("/healthz", async () => ({ status: "ok", version }))
  app.get("/readyz", async (_request, reply) => {
    const { trouble } = catalogue
    if (trouble === undefined) return { status: "ok", metrics: catalogue.size }
    return reply.code(503).send({ status: "not ready", reason: trouble })
  })
}
