import type { WebSocket } from "@fastify/websocket"

/** Unanswered pings after which a viewer is gone. */
const mostUnanswered = 3

/** Ping idle viewers, so that proxies keep their connections open, and end those that are dead. Ends with the socket. */
export function keepAlive(socket: WebSocket, pingMs: number): void {
  let unanswered = 0
  const timer = setInterval(() => {
    if (unanswered >= mostUnanswered) return socket.terminate()
    unanswered++
    socket.ping()
  }, pingMs)
  timer.unref()
  const isAlive = () => {
    unanswered = 0
  }
  socket.on("pong", isAlive)
  socket.on("message", isAlive)
  socket.once("close", () => clearInterval(timer))
}
