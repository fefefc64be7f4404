import { EventEmitter } from "node:events"
import type { WebSocket } from "@fastify/websocket"
import { expect, test, vi } from "vitest"
import { keepAlive } from "./keep-alive.js"

class FakeSocket extends EventEmitter {
  readonly ping = vi.fn()
  readonly terminate = vi.fn()
}

test("who answers pings stays, who does not is ended after three", (t) => {
  vi.useFakeTimers()
  t.onTestFinished(() => void vi.useRealTimers())
  const socket = new FakeSocket()
  keepAlive(socket as unknown as WebSocket, 1000)
  for (let i = 0; i < 5; i++) {
    vi.advanceTimersByTime(1000)
    socket.emit("pong")
  }
  expect(socket.ping).toHaveBeenCalledTimes(5)
  vi.advanceTimersByTime(3000)
  expect(socket.terminate).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1000)
  expect(socket.terminate).toHaveBeenCalledTimes(1)
  socket.emit("close")
  vi.advanceTimersByTime(10_000)
  expect(socket.ping).toHaveBeenCalledTimes(8)
})
