import { apiAddress } from "./api.js"
import type { PlainSocket } from "./lib/steady-socket.js"

/** Begins a connection to live values. */
export function connectLive(): PlainSocket {
  const address = new URL(apiAddress("live"), location.href)
  address.protocol = address.protocol.replace("http", "ws")
  return new WebSocket(address) as PlainSocket
}
