import { version } from "@metricq/client"
import type { FastifyRequest } from "fastify"
import { placeOf, sessionCookieOf } from "../access/cookie.js"
import type { WebPart } from "../server/context.js"
import { descriptions, tags } from "./descriptions.js"
import { docsPage } from "./docs-page.js"
import { docsStyle } from "./docs-style.js"
import { type OpenApi, openApiOf } from "./document.js"

/** `/api/v1/openapi.json`: what API v1 takes and answers, made of its routes; `/api/docs`: the same to read. */
export const openapi: WebPart = (app, { routes, options }) => {
  const below = options.prefix.slice(0, -1)
  let document: OpenApi | undefined
  const described = (request: FastifyRequest) => {
    const info = {
      version,
      path: `${below}/api/v1`,
      cookie: sessionCookieOf(request, placeOf(options, request)),
      descriptions,
      tags,
    }
    document ??= openApiOf(routes.routes, info)
    return document
  }
  const summary = "This description"
  app.get("/api/v1/openapi.json", { schema: { summary, tags: ["description"] } }, async (request) => described(request))
  app.get("/api/docs", async (request, reply) => {
    const origin = options.publicUrl?.origin ?? `http://${request.host}`
    return reply
      .type("text/html; charset=utf-8")
      .send(docsPage(described(request), { origin, base: `${below}/api/docs` }))
  })
  app.get("/api/docs/style.css", async (_request, reply) => reply.type("text/css; charset=utf-8").send(docsStyle))
}
