import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { MetricqError } from "@metricq/client"
import type { LocalAddress } from "./address.js"

/** What the system is asked for; it may give less. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

export type DatagramHandler = (datagram: Buffer, host: string, port: number) => void

/**
 * The sockets of an own address: one for what is sent to it, and, where broadcasts are known, one for what is sent to all, as a
 * socket bound to an address gets no broadcasts.
 */
export class Sockets {
  readonly #local: LocalAddress
  readonly #unicast: Socket
  readonly #broadcast: Socket | undefined

  private constructor(local: LocalAddress, unicast: Socket, broadcast: Socket | undefined) {
    this.#local = local
    this.#unicast = unicast
    this.#broadcast = broadcast
  }

  /** @throws {MetricqError} `bacnet-socket` if the address cannot be used */
  static async open(local: LocalAddress, onDatagram: DatagramHandler): Promise<Sockets> {
    const unicast = await bind(local, onDatagram)
    unicast.setBroadcast(true)
    const isHeard = local.broadcast?.isHeard && local.host !== "0.0.0.0"
    // Where the system has no way to bind to it, devices that answer everyone are not heard, and all else works.
    const broadcast = isHeard ? await bind(local.broadcast, onDatagram).catch(() => undefined) : undefined
    return new Sockets(local, unicast, broadcast)
  }

  send(datagram: Buffer, host: string, port: number): void {
    // What cannot be sent is not answered.
    this.#unicast.send(datagram, port, host, () => {})
  }

  /** To all devices of the own network. Without a prefix in the own address there is no way to tell which network that is. */
  broadcast(datagram: Buffer): void {
    const { broadcast } = this.#local
    if (broadcast !== undefined) this.send(datagram, broadcast.host, broadcast.port)
  }

  async close(): Promise<void> {
    await Promise.all([this.#unicast, this.#broadcast].map((socket) => socket && closed(socket)))
  }
}

async function bind({ host, port }: { host: string; port: number }, onDatagram: DatagramHandler): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: true, lookup: asItIs as never })
  try {
    // With addresses as they are, it listens at once.
    const listening = once(socket, "listening")
    socket.bind(port, host)
    await listening
  } catch (cause) {
    const reason = (cause as Error).message
    throw new MetricqError("bacnet-socket", `nothing can be received at ${host}:${port}: ${reason}`, { cause })
  }
  growBuffer(socket)
  socket.on("error", () => {})
  socket.on("message", (datagram, sender) => onDatagram(datagram, sender.address, sender.port))
  return socket
}

/** All addresses are numbers already; so datagrams leave at once, and in order. */
function asItIs(host: string, _family: unknown, done: (error: null, host: string, family: number) => void): void {
  done(null, host, 4)
}

function growBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  } catch {
    // The system's own size has to do.
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}
