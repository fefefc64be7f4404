import type { WebSocket } from "@fastify/websocket"
import { errorAnswer } from "../server/error-answer.js"
import { keepAlive } from "./keep-alive.js"
import { readRequest } from "./requests.js"
import { type LiveService, liveLimits } from "./service.js"
import type { Transport } from "./transport.js"
import { Viewer } from "./viewer.js"

/** A viewer by WebSocket; it ends with the socket. */
export function serveSocket(service: LiveService, socket: WebSocket): void {
  const transport = socketTransport(socket)
  const viewer = new Viewer(service.hub, transport, service.readMissed)
  const refuse = (error: unknown) => {
    const { code, message, remedy } = errorAnswer(error)
    viewer.sendError(code, message, remedy)
  }
  socket.on("error", () => {})
  let leave: () => void
  try {
    leave = service.enter()
  } catch (error) {
    refuse(error)
    socket.close(tryAgainLater, "too many viewers")
    return
  }
  socket.once("close", () => {
    viewer.close()
    leave()
  })
  keepAlive(socket, liveLimits.pingMs)
  socket.on("message", (data, isBinary) => {
    try {
      obey(service, viewer, isBinary ? "" : String(data))
    } catch (error) {
      refuse(error)
    }
    // Answers to whoever asks without ever reading would grow without end.
    if (transport.backlogBytes > mostBacklogBytes) socket.terminate()
  })
}

/** Close code of WebSockets: the server is overloaded. */
export const tryAgainLater = 1013

/** Far more than the largest message. */
const mostBacklogBytes = 16 * 1024 * 1024

function obey(service: LiveService, viewer: Viewer, text: string): void {
  const { subscribe, unsubscribe, intervalMs, since } = readRequest(text)
  const more = new Set(subscribe.filter((metric) => !viewer.has(metric))).size
  service.checkRoom(viewer.size, more)
  viewer.unwatch(unsubscribe)
  if (subscribe.length > 0) viewer.watch(subscribe, intervalMs, since)
}

/** How a WebSocket is written to. */
export function socketTransport(socket: WebSocket): Transport {
  return {
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text)
    },
    get backlogBytes() {
      return socket.bufferedAmount
    },
  }
}
