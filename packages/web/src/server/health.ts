import { version } from "@metricq/client"
import { checkRole } from "../access/needs.js"
import { includesRole } from "../access/role.js"
import type { WebPart } from "./context.js"
import { isNavigation } from "./static-files.js"

/**
 * `/healthz`: the process works. `/readyz`: it knows the network. Both are for everybody. `/metrics`: figures of this server, for viewers; for a
 * browser, the page.
 */
export const health: WebPart = (app, { catalogue, history, figures, ui }) => {
  const open = { config: { needs: "anyone" } } as const
  app.get("/healthz", open, async () => ({ status: "ok", version }))
  app.get("/readyz", open, async (request, reply) => {
    const { trouble } = catalogue
    if (trouble === undefined) return { status: "ok", metrics: catalogue.size }
    const reason = includesRole(request.identity.role, "viewer") ? { reason: trouble } : {}
    return reply.code(503).send({ status: "not ready", ...reason })
  })
  app.get("/metrics", open, async (request, reply) => {
    if (isNavigation(request)) return ui.sendPage(request, reply)
    checkRole(request.identity, "viewer")
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(figures.print())
  })

  figures.gauge("metricq_web_catalogue_metrics", "metrics known", () => catalogue.size)
  figures.gauge("metricq_web_catalogue_read_seconds", "how long reading all metrics took last", () => catalogue.readS)
  figures.gauge("metricq_web_history_pending", "history requests that wait for an answer", () => history.stats.pending)
  figures.counter("metricq_web_history_answers_total", "answers to history requests", () => history.stats.answers)
  figures.gauge("metricq_web_resident_bytes", "memory of the process", () => process.memoryUsage.rss())
  figures.gauge("metricq_web_uptime_seconds", "since the start of the process", () => process.uptime())
}
