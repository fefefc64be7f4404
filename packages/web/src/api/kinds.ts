import { checkToken, type JsonObject } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import { checkDocument } from "./config-check.js"
import type { Endpoints } from "./endpoints.js"
import { noKinds } from "./kind-catalogue.js"
import { bodySchema } from "./schemas.js"

const BODY_BYTES = 8 * 1024 * 1024

const checkSchema = bodySchema({ token: { type: "string", maxLength: 255 }, config: { type: "object" } }, [
  "token",
  "config",
])

/** `kinds`: what configurations of the known kinds of clients may hold, and whether one is right. */
export const kinds: Endpoints = (app, context) => {
  const { kinds = noKinds } = context.options
  app.get("/kinds", async () => ({ kinds: await kinds.list() }))

  app.get<{ Params: { name: string } }>("/kinds/:name", async ({ params: { name } }) => {
    const found = await kinds.find(name)
    if (found !== undefined) return found
    const remedy = "those that are known: api/v1/kinds"
    throw new WebError("no-such-kind", `there is no kind ${JSON.stringify(name)}`, { status: 404, remedy })
  })

  app.post<{ Body: { token: string; config: JsonObject } }>(
    "/kinds/check",
    { schema: checkSchema, bodyLimit: BODY_BYTES, config: { needs: "viewer" } },
    async ({ body: { token, config } }) => {
      checkToken(token)
      return checkDocument(context, token, config)
    },
  )
}
