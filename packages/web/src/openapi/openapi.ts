import { version } from "@metricq/client"
import type { WebPart } from "../server/context.js"
import { descriptions, tags } from "./descriptions.js"
import { docsPage } from "./docs-page.js"
import { docsStyle } from "./docs-style.js"
import { type OpenApi, openApiOf } from "./document.js"

/** `/api/v1/openapi.json`: what API v1 takes and answers, made of its routes; `/api/docs`: the same to read. */
export const openapi: WebPart = (app, { routes, options }) => {
  const below = options.prefix.slice(0, -1)
  let document: OpenApi | undefined
  const described = () => {
    document ??= openApiOf(routes.routes, { version, path: `${below}/api/v1`, descriptions, tags })
    return document
  }
  const summary = "This description"
  app.get("/api/v1/openapi.json", { schema: { summary, tags: ["description"] } }, async () => described())
  app.get("/api/docs", async ({ host }, reply) => {
    const origin = options.publicUrl?.origin ?? `http://${host}`
    return reply.type("text/html; charset=utf-8").send(docsPage(described(), { origin, base: `${below}/api/docs` }))
  })
  app.get("/api/docs/style.css", async (_request, reply) => reply.type("text/css; charset=utf-8").send(docsStyle))
}
