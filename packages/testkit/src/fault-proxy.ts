import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { FaultPipe, noFaults, type PipeFaults } from "./fault-pipe.js"

/** Which way: "up" from the client to the server, "down" back to the client. */
export type Direction = "up" | "down" | "both"

/** Which end of a connection survives in `FaultProxy.halfOpen()`. */
export type Survivor = "both" | "client" | "server"

/**
 * A TCP proxy on the loopback address in front of any server, to make its network misbehave.
 *
 * Faults that have a direction act on open connections and on new ones until `heal()` or until they are set back. Each
 * direction of a connection holds at most about 1 MiB; beyond that the proxy stops reading from the sender.
 */
export class FaultProxy {
  #target: { host: string; port: number }
  readonly #server: Server
  readonly #links = new Set<Link>()
  readonly #faults = { up: { ...noFaults }, down: { ...noFaults } }
  #refusing = false

  private constructor(target: { host: string; port: number }, server: Server) {
    this.#target = target
    this.#server = server
  }

  /** Starts a proxy on a free port. The target need not be there yet: a connection is made for each client's. */
  static async start(target: { host?: string; port: number }): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true })
    const proxy = new FaultProxy({ host: target.host ?? "127.0.0.1", port: target.port }, server)
    server.on("connection", (client) => proxy.#onClient(client))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    return proxy
  }

  get host(): string {
    return "127.0.0.1"
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connects clients from now on to another server; open connections stay where they are. */
  retarget(target: { host?: string; port: number }): void {
    this.#target = { host: target.host ?? "127.0.0.1", port: target.port }
  }

  /** How many connections are open on either side, half-open ones included. */
  get connections(): number {
    return this.#links.size
  }

  /** Carry nothing in a direction; both ends keep their connection and feel back-pressure after some time. */
  pause(direction: Direction = "both"): void {
    this.#set(direction, { paused: true })
  }

  /** Undo `pause()`: what was held is carried now, in order. */
  resume(direction: Direction = "both"): void {
    this.#set(direction, { paused: false })
  }

  /** Every byte arrives this many milliseconds later; 0 for at once. Bytes already on their way keep their delay. */
  delay(ms: number, direction: Direction = "both"): void {
    this.#set(direction, { delayMs: ms })
  }

  /** Carry at most so many bytes a second over each connection; Infinity for no limit. */
  throttle(bytesPerSecond: number, direction: Direction = "both"): void {
    if (!(bytesPerSecond > 0)) throw new RangeError(`throttle: ${bytesPerSecond} bytes a second; use pause() for none`)
    this.#set(direction, { bytesPerSecond })
  }

  /** Write at most so many bytes at once, so that the reader sees its frames in pieces; Infinity to leave them whole. */
  slice(bytes: number, direction: Direction = "both"): void {
    if (!(bytes >= 1)) throw new RangeError(`slice: ${bytes} bytes; at least 1`)
    this.#set(direction, { sliceBytes: bytes })
  }

  /** Reset every open connection (TCP RST to both ends). New ones are taken as before. */
  cut(): void {
    for (const link of this.#links) link.cut()
  }

  /** Reset a connection after it has carried so many more bytes in a direction; each open one, and the next ones. */
  cutAfter(bytes: number, direction: Exclude<Direction, "both">): void {
    if (!(bytes >= 1)) throw new RangeError(`cutAfter: ${bytes} bytes; use cut() to cut at once`)
    this.#set(direction, { cutAfterBytes: bytes })
  }

  /**
   * Let the network between the ends of every open connection vanish without a word: what either end sends, its farewell
   * included, is lost. New connections are taken as before.
   *
   * @param survivor which end lives on and hears nothing; the connection of the other end is reset, as if its machine had died
   */
  halfOpen(survivor: Survivor = "both"): void {
    for (const link of this.#links) link.vanish(survivor)
  }

  /** Reset each new connection at once, as nobody listened; open ones stay. */
  refuse(): void {
    this.#refusing = true
  }

  /** Undo `refuse()`. */
  accept(): void {
    this.#refusing = false
  }

  /** End all faults. Connections that were cut or half-opened stay so. */
  heal(): void {
    this.accept()
    this.#set("both", noFaults)
  }

  /** Resets every connection and stops listening. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, "close")
    this.#server.close()
    this.cut()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #set(direction: Direction, faults: Partial<PipeFaults>): void {
    if (direction !== "down") this.#setOne("up", faults)
    if (direction !== "up") this.#setOne("down", faults)
  }

  #setOne(direction: "up" | "down", faults: Partial<PipeFaults>): void {
    Object.assign(this.#faults[direction], faults)
    for (const link of this.#links) link.set(direction, faults)
  }

  #onClient(client: Socket): void {
    if (this.#refusing) {
      client.on("error", () => {})
      client.resetAndDestroy()
      return
    }
    const server = connect({ ...this.#target, allowHalfOpen: true, noDelay: true })
    const link = new Link(client, server, this.#faults, () => this.#links.delete(link))
    this.#links.add(link)
  }
}

/** One connection through the proxy: two sockets, two pipes. */
class Link {
  readonly #client: Socket
  readonly #server: Socket
  readonly #faults: { up: PipeFaults; down: PipeFaults }
  readonly #pipes: { up: FaultPipe; down: FaultPipe }
  readonly #onGone: () => void
  #vanished = false

  constructor(client: Socket, server: Socket, faults: { up: PipeFaults; down: PipeFaults }, onGone: () => void) {
    this.#client = client
    this.#server = server
    this.#faults = { up: { ...faults.up }, down: { ...faults.down } }
    this.#onGone = onGone
    this.#pipes = {
      up: new FaultPipe(client, server, this.#faults.up, () => this.cut()),
      down: new FaultPipe(server, client, this.#faults.down, () => this.cut()),
    }
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on("error", () => {
        if (!this.#vanished) other.resetAndDestroy()
      })
      socket.on("close", () => this.#onClose())
    }
  }

  set(direction: "up" | "down", faults: Partial<PipeFaults>): void {
    Object.assign(this.#faults[direction], faults)
    if (!this.#vanished) this.#pipes[direction].apply()
  }

  cut(): void {
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  vanish(survivor: Survivor): void {
    this.#vanished = true
    this.#pipes.up.discard()
    this.#pipes.down.discard()
    if (survivor === "client") this.#server.resetAndDestroy()
    if (survivor === "server") this.#client.resetAndDestroy()
  }

  #onClose(): void {
    if (!this.#client.closed || !this.#server.closed) return
    this.#pipes.up.stop()
    this.#pipes.down.stop()
    this.#onGone()
  }
}
