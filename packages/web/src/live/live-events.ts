import type { FastifyReply, FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import { intervalOf, namesOf } from "./requests.js"
import { type LiveService, liveLimits } from "./service.js"
import { Viewer } from "./viewer.js"

/** A viewer by server-sent events: metrics and interval are in the address; each event is a message as of the WebSocket. */
export function serveEvents(service: LiveService, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { metric, interval } = request.query as Record<string, unknown>
  const metrics = namesOf(metric === undefined ? [] : [metric].flat())
  if (metrics.length === 0) {
    throw new WebError("metric", "there is no metric", { remedy: "append ?metric=NAME, as often as you like" })
  }
  const intervalMs = intervalOf(interval === undefined ? 0 : Number(interval))
  service.checkRoom(0, new Set(metrics).size)
  const leave = service.enter()
  const { raw } = reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  })
  raw.write(": live values\n\n")
  const viewer = new Viewer(service.hub, {
    send: (text) => void raw.write(`data: ${text}\n\n`),
    get backlogBytes() {
      return raw.writableLength
    },
  })
  // A comment to one that does not read would only be added to what waits.
  const alive = setInterval(() => raw.writableLength === 0 && raw.write(":\n\n"), liveLimits.pingMs)
  raw.once("close", () => {
    clearInterval(alive)
    viewer.close()
    leave()
  })
  raw.on("error", () => {})
  viewer.watch(metrics, intervalMs)
  return reply
}
