import type { FastifyInstance, FastifyRequest } from "fastify"
import type { Access } from "./access.js"
import { checkNeeds } from "./needs.js"

/** Finds out for each request who asks, and refuses what they may not do; see `needs` of routes. After the checks of host and origin. */
export function addAccess(app: FastifyInstance, access: Access, prefix: string): void {
  app.decorateRequest("identity", null as never)
  app.addHook("onRequest", async (request) => {
    request.identity = await access.identify(request)
    checkNeeds(request, prefix)
    if (lasts(request)) access.lasting.add(request.raw.socket, () => access.isGood(request.identity))
  })
}

/** WebSockets and server-sent events. */
function lasts({ headers, routeOptions }: FastifyRequest): boolean {
  return headers.upgrade !== undefined || /\/api\/v1\/(clients\/)?live$/.test(routeOptions.url ?? "")
}
