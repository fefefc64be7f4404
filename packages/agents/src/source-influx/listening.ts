import { once } from "node:events"
import type { Server, Socket } from "node:net"

/**
 * Listens until the signal aborts; then all connections are broken. Resolves when the port is free again.
 *
 * @throws the error for which it cannot listen, or can no longer
 */
export async function listen(
  server: Server,
  { address, port }: { readonly address: string; readonly port: number },
  signal: AbortSignal,
  opened: () => void,
): Promise<void> {
  signal.throwIfAborted()
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => undefined)
  })
  const failed = new Promise<never>((_resolve, reject) => server.on("error", reject))
  failed.catch(() => undefined)
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
  server.listen(port, address)
  try {
    await Promise.race([failed, once(server, "listening")])
    opened()
    await Promise.race([failed, aborted])
  } finally {
    const closed = server.listening ? once(server, "close") : undefined
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
}
