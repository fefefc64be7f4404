import type { Logger } from "@metricq/client"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { type Envelope, failure, success } from "./envelope.js"
import type { Limits } from "./limits.js"
import { Parameters } from "./parameters.js"
import { queryInstant, queryRange } from "./query-endpoints.js"
import { QueryError } from "./query-error.js"
import { withRegExpBudget } from "./regexp-filter.js"
import { listLabels, listLabelValues, listMetadata, listSeries } from "./series-endpoints.js"
import type { SeriesSource } from "./series-source.js"

export interface PrometheusOptions {
  source: SeriesSource
  limits: Limits
  logger: Logger
}

/** What Grafana takes for a Prometheus that knows names in UTF-8 and lists labels by selector. */
const buildinfo = { version: "3.5.0", revision: "", branch: "", buildUser: "", buildDate: "", goVersion: "" }

/** All of it only reads. */
const config = { needs: "viewer" } as const

const mostBodyBytes = 1024 * 1024

type Answer = (request: FastifyRequest, parameters: Parameters, signal: AbortSignal) => Envelope | Promise<Envelope>

/** The HTTP API of Prometheus, below the address of this instance of fastify; see docs/reference/prometheus.md. */
export function addPrometheusApi(app: FastifyInstance, { source, limits, logger }: PrometheusOptions): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: mostBodyBytes },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )
  const send = (reply: FastifyReply, { status, json }: Envelope) =>
    reply.code(status).header("cache-control", "no-store").type("application/json").send(json)
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const envelope = failure(error)
    if (envelope.status === 500) logger.error(`${request.method} ${request.url.split("?")[0]} failed`, { error })
    return send(reply, envelope)
  }
  app.setErrorHandler(fail)
  const add = (method: ("GET" | "POST")[], url: string, answer: Answer) => {
    app.route({
      method,
      url,
      config,
      async handler(request, reply) {
        const signal = gone(reply)
        return send(reply, await withRegExpBudget(() => answer(request, Parameters.of(request), signal)))
      },
    })
  }
  const both: ("GET" | "POST")[] = ["GET", "POST"]
  add(both, "/api/v1/query", (_, parameters, signal) => queryInstant(parameters, { source, limits, signal }))
  add(both, "/api/v1/query_range", (_, parameters, signal) => queryRange(parameters, { source, limits, signal }))
  add(both, "/api/v1/series", (_, parameters) => listSeries(parameters, source))
  add(both, "/api/v1/labels", (_, parameters) => listLabels(parameters, source))
  add(["GET"], "/api/v1/label/:name/values", ({ params }, parameters) =>
    listLabelValues((params as { name: string }).name, parameters, source),
  )
  add(["GET"], "/api/v1/metadata", (_, parameters) => listMetadata(parameters, source))
  add(["GET"], "/api/v1/status/buildinfo", () => success(JSON.stringify(buildinfo)))
  add(["GET"], "/api/v1/rules", () => success(`{"groups":[]}`))
  add(["GET"], "/api/v1/alerts", () => success(`{"alerts":[]}`))
  // A success, be it empty, would make Grafana offer exemplars.
  add(both, "/api/v1/query_exemplars", () => {
    throw new QueryError("not_found", "there are no exemplars here")
  })
  for (const state of ["healthy", "ready"]) {
    app.get(`/-/${state}`, (_request, reply) => reply.type("text/plain").send(`MetricQ is ${state}.\n`))
  }
  app.all("/*", { config }, (request, reply) => {
    const path = request.url.split("?")[0]
    return fail(new QueryError("not_found", `${request.method} ${path} is not answered here`), request, reply)
  })
}

/** Aborted when the client has gone away before its answer. */
function gone(reply: FastifyReply): AbortSignal {
  const control = new AbortController()
  reply.raw.once("close", () => {
    if (!reply.raw.writableEnded) control.abort(new QueryError("timeout", "the client has gone away"))
  })
  return control.signal
}
