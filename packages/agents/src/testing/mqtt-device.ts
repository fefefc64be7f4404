import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { onTestEnd, type TestScope } from "@metricq/testkit"

/** What a broker does with a client. */
export type MqttManner = "normal" | "hang" | "garbage" | "forbid"

/** A broker that a test plays, as far as one client and its subscriptions go. It ends with the test. */
export class MqttDevice {
  manner: MqttManner = "normal"
  readonly forbidden = new Set<string>()
  /** Topic filters that were subscribed to, of all connections. */
  readonly subscribed: string[] = []
  /** Texts of the last CONNECT: client id, user, password. */
  connectTexts: string[] = []
  /** Messages of quality 1 that were confirmed. */
  confirmed = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0
  #waiting: (() => void)[] = []

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(t: TestScope): Promise<MqttDevice> {
    const device = new MqttDevice()
    onTestEnd(t, () => device.stop())
    await device.listen()
    return device
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  /** Listen, again where it was before. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1")
    await once(this.#server, "listening")
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Break all connections, and take no more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.drop()
    await closed
  }

  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Resolves with the next subscription. */
  nextSubscription(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  publish(topic: string, payload: string | Buffer, { retain = false, qos = 0 as 0 | 1 } = {}): void {
    const id = qos === 0 ? Buffer.alloc(0) : Buffer.of(0, 7)
    this.send(packet(0x30 | (qos << 1) | Number(retain), text(topic), id, Buffer.from(payload)))
  }

  /** Any bytes, to all clients. */
  send(bytes: Buffer): void {
    for (const socket of this.#sockets) socket.write(bytes)
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket))
    let rest: Buffer = Buffer.alloc(0)
    socket.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes])
      for (let length = lengthOf(rest); length <= rest.length; length = lengthOf(rest)) {
        this.#answer(socket, rest.subarray(0, length))
        rest = rest.subarray(length)
      }
    })
  }

  #answer(socket: Socket, request: Buffer): void {
    if (this.manner === "hang") return
    if (this.manner === "garbage") {
      socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")
      return
    }
    const type = (request[0] ?? 0) >> 4
    if (type === 1) {
      this.connectTexts = textsOf(request.subarray(12))
      socket.write(Buffer.of(0x20, 2, 0, 0))
    } else if (type === 8) this.#subscribe(socket, request)
    else if (type === 4) this.confirmed += 1
    else if (type === 12) socket.write(Buffer.of(0xd0, 0))
  }

  #subscribe(socket: Socket, request: Buffer): void {
    const topics = textsOf(request.subarray(4), 1)
    this.subscribed.push(...topics)
    const isForbidden = (topic: string) => this.manner === "forbid" || this.forbidden.has(topic)
    const granted = Buffer.from(topics.map((topic) => (isForbidden(topic) ? 0x80 : 0)))
    socket.write(packet(0x90, request.subarray(2, 4), granted), () => {
      for (const tell of this.#waiting.splice(0)) tell()
    })
  }
}

/** Length of the packet at the beginning, as its header says; more than there can be if that is not there yet. */
function lengthOf(bytes: Buffer): number {
  let length = 0
  for (let i = 1; i <= 4 && i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0
    length += (byte & 0x7f) * 128 ** (i - 1)
    if (byte < 0x80) return length + i + 1
  }
  return Number.POSITIVE_INFINITY
}

function packet(first: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const header = [first]
  let length = body.length
  do {
    header.push((length % 128) | (length >= 128 ? 0x80 : 0))
    length = Math.floor(length / 128)
  } while (length > 0)
  return Buffer.concat([Buffer.from(header), body])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}

function textsOf(bytes: Buffer, gap = 0): string[] {
  const texts: string[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at)
    texts.push(bytes.toString("utf8", at + 2, at + 2 + length))
    at += 2 + length + gap
  }
  return texts
}
