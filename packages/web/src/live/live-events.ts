import type { FastifyReply, FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import { intervalOf, namesOf } from "./requests.js"
import { type LiveService, liveLimits } from "./service.js"
import { eventId, mostPositions, readSince, type Since, sinceOfEventId } from "./since.js"
import { Viewer } from "./viewer.js"

/**
 * A viewer by server-sent events: metrics and interval are in the address; each event is a message as of the WebSocket. Its id says where the
 * viewer is, so that a browser that comes back goes on from there.
 */
export function serveEvents(service: LiveService, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { metric, interval } = request.query as Record<string, unknown>
  const metrics = [...new Set(namesOf(metric === undefined ? [] : [metric].flat()))]
  if (metrics.length === 0) {
    throw new WebError("metric", "there is no metric", { remedy: "append ?metric=NAME, as often as you like" })
  }
  const intervalMs = intervalOf(interval === undefined ? 0 : Number(interval))
  service.checkRoom(0, metrics.length)
  const since = sinceOf(request, metrics)
  const leave = service.enter()
  const { raw } = reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  })
  raw.write(": live values\n\n")
  const id = () => `id: ${eventId(metrics.map((name) => viewer.positionOf(name)))}\n`
  const transport = {
    send: (text: string) => void raw.write(`${metrics.length > mostPositions ? "" : id()}data: ${text}\n\n`),
    get backlogBytes() {
      return raw.writableLength
    },
  }
  const viewer = new Viewer(service.hub, transport, service.readMissed)
  // A comment to one that does not read would only be added to what waits.
  const alive = setInterval(() => raw.writableLength === 0 && raw.write(":\n\n"), liveLimits.pingMs)
  raw.once("close", () => {
    clearInterval(alive)
    viewer.close()
    leave()
  })
  raw.on("error", () => {})
  viewer.watch(metrics, intervalMs, since)
  return reply
}

/** Where it was when it comes back; else what the address says. */
function sinceOf({ headers, query }: FastifyRequest, metrics: readonly string[]): Since {
  const id = headers["last-event-id"]
  const known = typeof id === "string" ? sinceOfEventId(id, metrics) : undefined
  return known ?? readSince((query as Record<string, unknown>).since)
}
