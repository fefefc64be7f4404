import { STATUS_CODES } from "node:http"
import type { Logger } from "@metricq/client"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import type { WebContext, WebPart } from "../server/context.js"
import { errorAnswer } from "../server/error-answer.js"
import { Gate } from "../server/gate.js"
import { whenLeft } from "../server/left.js"
import { analyze } from "./analyze.js"
import { Budget } from "./budget.js"
import { counterData, counterStatus } from "./legacy.js"
import { type GrafanaContext, secondsSince } from "./metric-history.js"
import { query } from "./query.js"
import { bodyObject } from "./request.js"
import { metadata, search } from "./search.js"
import { timeline } from "./timeline.js"

/** `/grafana`: the HTTP API of metricq-grafana, for its clients: webview, the Grafana plugin, `@metricq/history`. */
export const grafana: WebPart = async (app, context) => {
  await app.register(async (scope) => addRoutes(scope, context), { prefix: "/grafana" })
}

/** All of it only reads. */
const config = { needs: "viewer" } as const

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

function addRoutes(app: FastifyInstance, { history, logger }: WebContext): void {
  const gate = new Gate(16, 1000)
  const withContext = <T>(work: (context: GrafanaContext) => Promise<T>) =>
    gate.run(() => work({ history, logger, budget: new Budget() }))
  acceptAnyBody(app)
  answerErrorsAsText(app, logger)
  route(app, "GET", "", async (_request, reply) => sendText(reply, "200: OK"))
  for (const [path, answer] of Object.entries({ query, analyze, timeline })) {
    route(app, "POST", path, async (request, reply) => {
      const begun = performance.now()
      const cpu = process.cpuUsage()
      const signal = whenLeft(reply)
      const text = await withContext((context) => answer(context, bodyObject(request.body), signal))
      const { user, system } = process.cpuUsage(cpu)
      reply.header("x-request-duration", String(secondsSince(begun)))
      reply.header("x-request-duration-cpu", String((user + system) / 1e6))
      return sendJson(reply, text)
    })
  }
  for (const [path, answer] of Object.entries({ search, metadata })) {
    route(app, "POST", path, async (request, reply) => {
      return sendJson(reply, await withContext((context) => answer(context, bodyObject(request.body))))
    })
  }
  route(app, "POST", "legacy/cntr_status.php", async (request, reply) => {
    const form = new URLSearchParams(typeof request.body === "string" ? request.body : "")
    const selector = form.get("selector") ?? undefined
    return sendText(reply, await withContext((context) => counterStatus(context, selector)))
  })
  route(app, "GET", "legacy/counter_data.php", async (request, reply) => {
    const signal = whenLeft(reply)
    const parameters = request.query as Record<string, unknown>
    return sendJson(reply, await withContext((context) => counterData(context, parameters, signal)))
  })
}

/** A route, which also answers where the address it is made of ended with a slash: `/grafana//query`. */
function route(app: FastifyInstance, method: "GET" | "POST", path: string, handler: Handler): void {
  for (const url of path === "" ? ["/"] : [`/${path}`, `//${path}`]) {
    app.route({ method, url, handler, config, exposeHeadRoute: false })
    const others = ["GET", "POST", "PUT", "DELETE", "PATCH"].filter((other) => other !== method)
    app.route({
      method: others,
      url,
      config,
      exposeHeadRoute: false,
      handler: async (_request, reply) => sendStatus(reply, 405),
    })
  }
}

/** The original reads every body as what it needs, whatever the content type is called. */
function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body))
}

/** Errors are a status and its name; why is logged. */
function answerErrorsAsText(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler(async (error, request, reply) => {
    const { status, message } = errorAnswer(error)
    const log = status >= 500 ? logger.warn : logger.info
    log.call(logger, `${request.method} ${request.url.split("?")[0]}: ${status}`, { reason: message })
    return sendStatus(reply, status)
  })
  app.all("/*", { config }, async (_request, reply) => sendStatus(reply, 404))
}

function sendStatus(reply: FastifyReply, status: number): FastifyReply {
  return sendText(reply.code(status), `${status}: ${STATUS_CODES[status] ?? ""}`)
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/plain; charset=utf-8").send(text)
}

function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(text)
}
