import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"

/**
 * Finds `count` different TCP ports of the loopback address that nothing listens on.
 *
 * They are free when this resolves, not reserved: prefer port 0 wherever a server can report the port it got.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  for (const server of servers) {
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) {
    server.close()
    await once(server, "close")
  }
  return ports
}

/** Finds one such port. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}
