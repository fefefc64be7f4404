import { connect, type Socket } from "node:net"
import { constants } from "../spec/constants.js"
import type { MethodName, Methods } from "../spec/methods.js"
import { ByteWriter } from "../wire/byte-writer.js"
import { FRAME_OVERHEAD, FrameReader, type FrameSink } from "../wire/frame-reader.js"
import { decodeArguments, encodeMethodFrame, methodSpec } from "../wire/method-codec.js"
import { emptyTable, type Table, tableOf } from "../wire/table.js"

/** The first bytes of a client. */
export const PREAMBLE = Buffer.from("AMQP\0\0\x09\x01", "latin1")

/** What a broker sent: a method with its arguments, or another frame with its payload. */
export interface Received {
  channel: number
  name: MethodName | "header" | "body" | "heartbeat"
  args: Record<string, unknown>
  payload: Buffer
}

/** What a client says in the handshake; each has a default that the broker accepts. */
export interface LoginOptions {
  user?: string
  password?: string
  vhost?: string
  mechanism?: string
  response?: Buffer
  clientProperties?: Table
  channelMax?: number
  frameMax?: number
  heartbeat?: number
}

/**
 * A client that does only what a test tells it, right or wrong: nothing is answered or sent by itself.
 * Everything received waits in order until `next` takes it.
 */
export class RawClient implements FrameSink {
  readonly socket: Socket
  /** Resolves when the broker has closed the socket, or reset it. */
  readonly closed: Promise<void>
  readonly #reader = new FrameReader(this, 2 ** 31)
  readonly #received: Received[] = []
  #wake: () => void = () => {}
  #isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    // The reader expects the preamble that only clients send.
    this.#reader.push(PREAMBLE)
    socket.on("data", (chunk) => this.#reader.push(chunk))
    socket.on("error", () => {})
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#isClosed = true
        this.#wake()
        resolve()
      })
    })
  }

  /** Connects to host and port of an AMQP address and sends nothing. */
  static connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url)
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) })
      socket.once("error", reject)
      socket.once("connect", () => {
        socket.off("error", reject)
        resolve(new RawClient(socket))
      })
    })
  }

  /** Connects and opens a connection with the login and vhost of an AMQP address. */
  static async open(url: string, options: LoginOptions = {}): Promise<RawClient> {
    const client = await RawClient.connect(url)
    await client.login(url, options)
    await client.expect("connection.open-ok")
    return client
  }

  /** Goes through the handshake up to and with `connection.open`, whose answer it leaves to the caller. */
  async login(url: string, options: LoginOptions = {}): Promise<void> {
    await this.startOk(url, options)
    const tune = (await this.expect("connection.tune")).args as Methods["connection.tune"]
    this.method(0, "connection.tune-ok", {
      channelMax: options.channelMax ?? tune.channelMax,
      frameMax: options.frameMax ?? tune.frameMax,
      heartbeat: options.heartbeat ?? 0,
    })
    const path = decodeURIComponent(new URL(url).pathname.slice(1))
    this.method(0, "connection.open", { virtualHost: options.vhost ?? (path === "" ? "/" : path) })
  }

  /** Sends the preamble and answers `connection.start`. */
  async startOk(url: string, options: LoginOptions = {}): Promise<void> {
    const { username, password } = new URL(url)
    const user = options.user ?? (decodeURIComponent(username) || "guest")
    const secret = options.password ?? (decodeURIComponent(password) || "guest")
    this.send(PREAMBLE)
    await this.expect("connection.start")
    const capabilities = tableOf({
      authentication_failure_close: true,
      consumer_cancel_notify: true,
      "connection.blocked": true,
    })
    this.method(0, "connection.start-ok", {
      clientProperties: options.clientProperties ?? tableOf({ capabilities }),
      mechanism: options.mechanism ?? "PLAIN",
      response: options.response ?? Buffer.from(`\0${user}\0${secret}`),
      locale: "en_US",
    })
  }

  send(...bytes: Uint8Array[]): void {
    this.socket.write(Buffer.concat(bytes))
  }

  method<N extends MethodName>(channel: number, name: N, args: Methods[N]): void {
    this.send(encodeMethodFrame(channel, name, args))
  }

  /** Opens a channel. */
  async channel(id: number): Promise<void> {
    this.method(id, "channel.open", {})
    await this.expect("channel.open-ok")
  }

  /** Publishes; `properties` are the raw bytes from the property flags on. */
  publish(channel: number, exchange: string, routingKey: string, body: Buffer, properties = Buffer.alloc(2)): void {
    this.send(
      encodeMethodFrame(channel, "basic.publish", { exchange, routingKey, mandatory: false, immediate: false }),
      frame(constants.frameHeader, channel, contentHeader(body.length, properties)),
      ...(body.length > 0 ? [frame(constants.frameBody, channel, body)] : []),
    )
  }

  /** Declares an exclusive queue with a name from the broker and returns that name. */
  async exclusiveQueue(channel: number): Promise<string> {
    this.method(channel, "queue.declare", {
      queue: "",
      passive: false,
      durable: false,
      exclusive: true,
      autoDelete: false,
      noWait: false,
      arguments: emptyTable,
    })
    return (await this.expect("queue.declare-ok")).args.queue as string
  }

  /** The next frame that is no heartbeat; undefined once the broker has closed and everything was taken. */
  async next(): Promise<Received | undefined> {
    for (;;) {
      const received = this.#received.shift()
      if (received !== undefined && received.name !== "heartbeat") return received
      if (received !== undefined) continue
      if (this.#isClosed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next heartbeat, whatever else came before it. */
  async heartbeat(): Promise<void> {
    while (!this.#received.some(({ name }) => name === "heartbeat")) {
      if (this.#isClosed) throw new Error("closed while waiting for a heartbeat")
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next frame, which must be this method. */
  async expect<N extends MethodName>(name: N): Promise<Received> {
    const received = await this.next()
    if (received?.name === name) return received
    throw new Error(`expected ${name}, got ${received === undefined ? "the end" : describe(received)}`)
  }

  /** The code, text and ids with which the broker closes the connection or channel, whatever else comes before that. */
  async closeReason(): Promise<string> {
    for (let received = await this.next(); received !== undefined; received = await this.next()) {
      if (received.name !== "connection.close" && received.name !== "channel.close") continue
      const { replyCode, replyText, classId, methodId } = received.args
      return `${received.name} ${replyCode} ${replyText} ${classId},${methodId}`
    }
    return "the end"
  }

  onPreamble(): void {}

  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    const payload = buffer.subarray(start, end)
    if (type === constants.frameMethod) {
      const spec = methodSpec(payload.readUInt32BE(0))
      const args = decodeArguments(spec, payload, 4, payload.length) as Record<string, unknown>
      this.#received.push({ channel, name: spec.name, args, payload })
    } else {
      const name = type === constants.frameHeader ? "header" : type === constants.frameBody ? "body" : "heartbeat"
      this.#received.push({ channel, name, args: {}, payload })
    }
    this.#wake()
  }
}

/** A frame with any payload, right or wrong. */
export function frame(type: number, channel: number, payload: Uint8Array): Buffer {
  const writer = new ByteWriter(payload.length + FRAME_OVERHEAD)
  writer.octet(type)
  writer.short(channel)
  writer.longstr(payload)
  writer.octet(constants.frameEnd)
  return writer.bytes()
}

/** The payload of a content header frame. */
export function contentHeader(bodySize: number, properties: Uint8Array = Buffer.alloc(2), classId = 60): Buffer {
  const writer = new ByteWriter()
  writer.short(classId)
  writer.short(0)
  writer.longlong(bodySize)
  writer.raw(properties)
  return writer.bytes()
}

function describe({ name, args }: Received): string {
  return `${name} ${JSON.stringify(args)}`
}
