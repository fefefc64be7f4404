import type { WebContext, WebPart } from "../server/context.js"
import { serveSinkSocket } from "../websocket/sink-socket.js"
import { serveEvents } from "./live-events.js"
import { serveSocket } from "./live-socket.js"
import { LiveService } from "./service.js"

/** Live values: `/api/v1/live` as WebSocket and as server-sent events, and the protocol of metricq-sink-websocket. */
export const live: WebPart = async (app, context: WebContext) => {
  const service = LiveService.of(context)
  app.addHook("onClose", () => service.hub.close())
  app.route({
    method: "GET",
    url: "/api/v1/live",
    exposeHeadRoute: false,
    handler: async (request, reply) => serveEvents(service, request, reply),
    wsHandler: (socket) => serveSocket(service, socket),
  })
  // The address of the page is the address of the original's WebSocket, too.
  if (!app.hasConstraintStrategy("upgrade")) {
    app.addConstraintStrategy({
      name: "upgrade",
      storage: () => {
        const stores = new Map<unknown, unknown>()
        return {
          get: (type) => (stores.get(type) ?? null) as never,
          set: (type, store) => void stores.set(type, store),
        }
      },
      deriveConstraint: (request) => request.headers.upgrade?.toLowerCase(),
      validate: () => {},
    })
  }
  for (const url of ["/", "/ws"]) {
    app.route({
      method: "GET",
      url,
      exposeHeadRoute: false,
      ...(url === "/" ? { constraints: { upgrade: "websocket" } } : {}),
      handler: async (_request, reply) => reply.code(426).header("upgrade", "websocket").send("426: Upgrade Required"),
      wsHandler: (socket) => serveSinkSocket(service, socket),
    })
  }
}
