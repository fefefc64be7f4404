import type { WebPart } from "../server/context.js"
import { WebError } from "../server/web-error.js"
import { serveSinkSocket } from "../websocket/sink-socket.js"
import { serveEvents } from "./live-events.js"
import { serveSocket } from "./live-socket.js"
import { LiveService } from "./service.js"
import { addUpgradeConstraint } from "./upgrade-constraint.js"

/** Live values: `/api/v1/live` as WebSocket and as server-sent events, and the protocol of metricq-sink-websocket at `/` and `/ws`. */
export const live: WebPart = async (app, context) => {
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
  addUpgradeConstraint(app)
  for (const url of ["/", "/ws"]) {
    app.route({
      method: "GET",
      url,
      exposeHeadRoute: false,
      constraints: { upgrade: "websocket" },
      handler: async () => {
        throw new WebError("not-a-websocket", "only WebSockets are here", { status: 426 })
      },
      wsHandler: (socket) => serveSinkSocket(service, socket),
    })
  }
}
