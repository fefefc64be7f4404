import { checkToken, type JsonObject } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import type { Endpoints } from "./endpoints.js"
import { noKinds } from "./kind-catalogue.js"
import { bodySchema } from "./schemas.js"

const BODY_BYTES = 8 * 1024 * 1024

const checkSchema = bodySchema({ token: { type: "string", maxLength: 255 }, config: { type: "object" } }, [
  "token",
  "config",
])

/** `kinds`: what configurations of the known kinds of clients may hold, and whether one is right. */
export const kinds: Endpoints = (app, { options: { kinds = noKinds } }) => {
  app.get("/kinds", async () => ({ kinds: await kinds.list() }))

  app.get<{ Params: { name: string } }>("/kinds/:name", async ({ params: { name } }) => {
    const found = await kinds.find(name)
    if (found !== undefined) return found
    const remedy = "those that are known: api/v1/kinds"
    throw new WebError("no-such-kind", `there is no kind ${JSON.stringify(name)}`, { status: 404, remedy })
  })

  app.post<{ Body: { token: string; config: JsonObject } }>(
    "/kinds/check",
    { config: { needs: "viewer" }, schema: checkSchema, bodyLimit: BODY_BYTES },
    async ({ body: { token, config } }) => {
      checkToken(token)
      return { kind: kinds.kindOf(token, config) ?? null, ...(await kinds.check(token, config)) }
    },
  )
}
