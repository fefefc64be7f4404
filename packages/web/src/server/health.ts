import { version } from "@metricq/client"
import type { WebPart } from "./context.js"
import { isNavigation } from "./static-files.js"

/** `/healthz`: the process works. `/readyz`: it knows the network. `/metrics`: figures of this server; for a browser, the page. */
export const health: WebPart = (app, { catalogue, history, figures, ui }) => {
  app.get("/healthz", async () => ({ status: "ok", version }))
  app.get("/readyz", async (_request, reply) => {
    const { trouble } = catalogue
    if (trouble === undefined) return { status: "ok", metrics: catalogue.size }
    return reply.code(503).send({ status: "not ready", reason: trouble })
  })
  app.get("/metrics", async (request, reply) => {
    if (isNavigation(request)) return ui.sendPage(request, reply)
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(figures.print())
  })

  figures.gauge("metricq_web_catalogue_metrics", "metrics known", () => catalogue.size)
  figures.gauge("metricq_web_catalogue_read_seconds", "how long reading all metrics took last", () => catalogue.readS)
  figures.gauge("metricq_web_history_pending", "history requests that wait for an answer", () => history.stats.pending)
  figures.counter("metricq_web_history_answers_total", "answers to history requests", () => history.stats.answers)
  figures.gauge("metricq_web_resident_bytes", "memory of the process", () => process.memoryUsage.rss())
  figures.gauge("metricq_web_uptime_seconds", "since the start of the process", () => process.uptime())
}
