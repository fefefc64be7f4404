import type { Socket } from "node:net"
import { ConnectionError, ProtocolError } from "../errors.js"
import type { MessageStore } from "../model/message.js"
import type { User } from "../model/users.js"
import type { Vhost } from "../model/vhost.js"
import { constants } from "../spec/constants.js"
import type { MethodSpec, Methods } from "../spec/methods.js"
import { FrameReader, type FrameSink } from "../wire/frame-reader.js"
import type { FrameWriter } from "../wire/frame-writer.js"
import { decodeArguments, methodSpec } from "../wire/method-codec.js"
import { ChannelSet } from "./channel-set.js"
import type { Confirms } from "./confirms.js"
import type { Counters } from "./counters.js"
import type { Flushable } from "./flusher.js"
import { Handshake, SilentRefusal } from "./handshake.js"
import { Heartbeat } from "./heartbeat.js"
import type { ChannelHost } from "./host.js"
import { Output } from "./output.js"
import { PublishBrake } from "./publish-brake.js"
import type { ServerContext } from "./server-context.js"

const PREAMBLE = Buffer.from("AMQP\0\0\x09\x01", "latin1")
/** Largest frame before the sizes are agreed on: room for client properties and a long token, not more. */
const HANDSHAKE_FRAME_MAX = 16 * 1024
/** Unsent bytes above which a client that asks and asks without reading the answers is read no further. */
const MAX_UNREAD_ANSWERS = 1024 * 1024
/** How long a peer may take to answer a close. */
const CLOSE_TIMEOUT_MS = 3000
const KEEP_ALIVE_MS = 30_000

type State = "preamble" | "handshake" | "open" | "closing" | "closed"

/**
 * One client: its socket, its channels, and what was agreed on with it.
 *
 * An error of the client closes its channel or its connection and nothing else; so does an error of ours while serving it.
 */
export class Connection implements FrameSink, ChannelHost, Flushable {
  readonly writer: FrameWriter
  readonly store: MessageStore
  readonly counters: Counters
  readonly maxMessageBytes: number
  readonly maxConsumersPerChannel: number
  wantsCancelNotice = false
  readonly #peer: string
  readonly #context: ServerContext
  readonly #socket: Socket
  readonly #output: Output
  readonly #reader: FrameReader
  readonly #handshake: Handshake
  readonly #channels = new ChannelSet(this)
  readonly #brake: PublishBrake
  readonly #openedAt = performance.now()
  /** Confirms that are due by the end of this turn. */
  readonly #confirming: Confirms[] = []
  /** Why it is not read from; empty while it is. */
  readonly #pauses = new Set<"memory" | "answers">()
  #state: State = "preamble"
  #vhost: Vhost | undefined
  #heartbeat = new Heartbeat(0, 0)
  #scheduled = false
  #closingSince = 0
  #partialBytes = 0

  constructor(socket: Socket, context: ServerContext) {
    this.#context = context
    this.#socket = socket
    this.#peer = `${socket.remoteAddress}:${socket.remotePort}`
    this.#output = new Output(socket, context.gauge)
    this.#output.onRelief = () => this.#onRelief()
    this.writer = this.#output.writer
    this.store = context.store
    this.counters = context.counters
    this.maxMessageBytes = context.limits.maxMessageBytes
    this.maxConsumersPerChannel = context.limits.maxConsumersPerChannel
    this.#reader = new FrameReader(this, HANDSHAKE_FRAME_MAX)
    this.#handshake = new Handshake(context, this.writer)
    this.#brake = this.#makeBrake()
    this.#listen()
  }

  get vhost(): Vhost {
    if (this.#vhost === undefined) throw new Error("connection is not open")
    return this.#vhost
  }

  get user(): User {
    if (this.#handshake.user === undefined) throw new Error("connection is not authenticated")
    return this.#handshake.user
  }

  /** Name of the user; undefined before the login. */
  get userName(): string | undefined {
    return this.#handshake.user?.name
  }

  /** Name of the vhost; undefined before it is open. */
  get vhostName(): string | undefined {
    return this.#vhost?.name
  }

  get channelCount(): number {
    return this.#channels.size
  }

  get isCongested(): boolean {
    return this.#output.isCongested
  }

  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#context.flusher.add(this)
  }

  /** Writes out what was gathered in this turn, confirms last. */
  flush(): void {
    this.#scheduled = false
    for (const confirms of this.#confirming) confirms.flush()
    this.#confirming.length = 0
    if (this.#output.flush()) this.#heartbeat.noteSent(performance.now())
    // Asking whether it is congested is what makes the output tell when it no longer is.
    if (this.#output.isCongested && this.#output.pendingBytes > MAX_UNREAD_ANSWERS) this.#pause("answers")
  }

  confirmLater(confirms: Confirms): void {
    this.#confirming.push(confirms)
  }

  notePublish(bytes: number): void {
    this.#brake.notePublish(bytes)
  }

  noteChannelError(channel: number, reason: string): void {
    this.#context.logger.debug("channel closed", { peer: this.#peer, user: this.userName, channel, reason })
  }

  notePartial(bytes: number): void {
    this.#partialBytes += bytes
    if (this.#partialBytes > 4 * this.maxMessageBytes) {
      throw new ConnectionError(constants.resourceError, "too many incomplete messages at once")
    }
  }

  /** Memory has become short, or is no longer. */
  onMemoryAlarm(alarmed: boolean): void {
    if (this.#state === "open") this.#brake.onAlarm(alarmed)
  }

  /** Looks at the clock: handshake, heartbeat, unread output, unanswered close. */
  check(now: number): void {
    const { handshakeTimeoutMs, writeTimeoutMs } = this.#context.limits
    if (this.#output.stalledMs(now) > writeTimeoutMs) {
      this.#abandon(`client has read nothing for ${writeTimeoutMs / 1000} s`)
    } else if (this.#state === "open") {
      this.#checkHeartbeat(now)
    } else if (this.#state === "closing") {
      if (now - this.#closingSince > CLOSE_TIMEOUT_MS) this.#socket.destroy()
    } else if (now - this.#openedAt > handshakeTimeoutMs) {
      this.#abandon("handshake not finished in time")
    }
  }

  /** Closes the connection with a reason that the client is told; its resources are given back at once. */
  close({ replyCode, replyText, method }: ConnectionError): void {
    if (this.#state === "closing" || this.#state === "closed") return
    const canTell = this.#state !== "preamble"
    this.#beginClosing()
    if (canTell) {
      this.#send("connection.close", { replyCode, replyText, classId: method >>> 16, methodId: method & 0xffff })
    } else {
      this.#end()
    }
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  onPreamble(bytes: Buffer): void {
    if (bytes.equals(PREAMBLE)) {
      this.#state = "handshake"
      this.#handshake.start()
      this.schedule()
      return
    }
    this.#context.logger.info("client speaks another protocol", { peer: this.#peer, header: bytes.toString("hex") })
    this.writer.raw(PREAMBLE)
    this.#end()
  }

  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    try {
      if (this.#state === "closing") this.#onFrameWhileClosing(type, channel, buffer, start, end)
      else if (channel > 0 && this.#state === "open" && type !== constants.frameHeartbeat) {
        this.#channels.onFrame(type, channel, buffer, start, end)
      } else if (channel > 0 || type !== constants.frameHeartbeat) {
        this.#onConnectionFrame(type, channel, buffer, start, end)
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  #listen(): void {
    const socket = this.#socket
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on("data", (chunk) => this.#onData(chunk))
    socket.on("error", (error) => {
      this.#context.logger.debug("socket error", { peer: this.#peer, error: error.message })
    })
    socket.on("close", () => this.#onSocketClosed())
  }

  #makeBrake(): PublishBrake {
    return new PublishBrake({
      isAlarmed: () => this.#context.gauge.alarmed,
      tell: (blocked) => {
        if (!this.#handshake.hasCapability("connection.blocked")) return
        if (blocked) this.#send("connection.blocked", { reason: "low on memory" })
        else this.#send("connection.unblocked", {})
      },
      hold: (held) => (held ? this.#pause("memory") : this.#resume("memory")),
    })
  }

  #onData(chunk: Buffer): void {
    if (this.#state === "closed") return
    this.#heartbeat.noteReceived(performance.now())
    try {
      this.#reader.push(chunk)
    } catch (error) {
      // The stream is out of step: nothing that follows can be read, not even the answer to our close.
      this.#socket.removeAllListeners("data")
      this.#fail(error)
      this.#socket.resume()
      this.#end()
    }
  }

  #onConnectionFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    if (type !== constants.frameMethod || channel > 0) {
      throw new ConnectionError(constants.unexpectedFrame, `frame of type ${type} on channel ${channel}`)
    }
    if (end - start < 4) throw new ConnectionError(constants.syntaxError, "method frame without method")
    const spec = methodSpec(buffer.readUInt32BE(start))
    try {
      this.#onMethod(spec, buffer, start + 4, end)
    } catch (error) {
      if (error instanceof ProtocolError) error.method = spec.id
      throw error
    }
  }

  #onMethod(spec: MethodSpec, buffer: Buffer, start: number, end: number): void {
    if (spec.name === "connection.close") {
      decodeArguments(spec, buffer, start, end)
      this.#beginClosing()
      this.#send("connection.close-ok", {})
      this.#end()
    } else if (this.#state === "handshake") {
      this.#onHandshake(spec, buffer, start, end)
    } else if (spec.name === "connection.update-secret") {
      decodeArguments(spec, buffer, start, end)
      this.#send("connection.update-secret-ok", {})
    } else {
      throw new ConnectionError(constants.channelError, "unexpected method in connection state running")
    }
  }

  #onHandshake(spec: MethodSpec, buffer: Buffer, start: number, end: number): void {
    this.#vhost = this.#handshake.accept(spec, buffer, start, end)
    const { channelMax, frameMax, heartbeatS } = this.#handshake.tuning
    if (spec.name === "connection.tune-ok") {
      this.#channels.max = channelMax
      this.#reader.frameMax = frameMax
      this.writer.frameMax = frameMax
      this.#heartbeat = new Heartbeat(heartbeatS, performance.now())
    }
    if (this.#vhost !== undefined) {
      this.#state = "open"
      this.wantsCancelNotice = this.#handshake.hasCapability("consumer_cancel_notify")
      const { clientName: client } = this.#handshake
      const fields = { peer: this.#peer, client, user: this.userName, vhost: this.vhostName }
      this.#context.logger.info("connection open", fields)
    }
    this.schedule()
  }

  #onFrameWhileClosing(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    if (type !== constants.frameMethod || channel !== 0 || end - start < 4) return
    const { name } = methodSpec(buffer.readUInt32BE(start))
    if (name === "connection.close-ok") this.#end()
    else if (name === "connection.close") this.#send("connection.close-ok", {})
  }

  #fail(error: unknown): void {
    if (error instanceof SilentRefusal) {
      this.#abandon(error.message)
    } else if (error instanceof ConnectionError) {
      this.counters.connectionErrors++
      const fields = { peer: this.#peer, user: this.userName, reason: error.replyText }
      this.#context.logger.warn("connection closed", fields)
      this.close(error)
    } else {
      const text = error instanceof Error ? error.stack : String(error)
      this.#context.logger.error("internal error", { peer: this.#peer, error: text })
      this.close(new ConnectionError(constants.internalError, "internal error"))
    }
  }

  #send<N extends keyof Methods>(name: N, args: Methods[N]): void {
    this.writer.method(0, name, args)
    this.schedule()
  }

  #checkHeartbeat(now: number): void {
    const action = this.#heartbeat.check(now, this.#pauses.size === 0)
    if (action === "dead") this.#abandon("missed heartbeats from client")
    if (action !== "send") return
    this.writer.heartbeat()
    this.schedule()
  }

  #pause(reason: "memory" | "answers"): void {
    if (this.#state !== "open") return
    this.#pauses.add(reason)
    this.#socket.pause()
  }

  #resume(reason: "memory" | "answers"): void {
    if (!this.#pauses.delete(reason) || this.#pauses.size > 0) return
    this.#heartbeat.noteReceived(performance.now())
    this.#socket.resume()
  }

  #onRelief(): void {
    this.#resume("answers")
    this.#channels.wakeAll()
  }

  #beginClosing(): void {
    this.#state = "closing"
    this.#closingSince = performance.now()
    this.#release()
    this.#pauses.clear()
    this.#socket.resume()
  }

  /** Writes what is left and closes the socket. */
  #end(): void {
    if (this.#state !== "closing") this.#beginClosing()
    this.flush()
    this.#output.end()
  }

  #abandon(reason: string): void {
    this.counters.connectionErrors++
    this.#context.logger.warn("connection dropped", { peer: this.#peer, user: this.userName, reason })
    this.#state = "closed"
    this.#release()
    this.#socket.destroy()
  }

  #onSocketClosed(): void {
    this.#state = "closed"
    this.#output.close()
    this.#release()
    this.#context.onClosed(this)
  }

  /** Gives everything back: consumers and unacknowledged messages first, then the queues that are this connection's own. */
  #release(): void {
    this.#channels.closeAll()
    this.#vhost?.deleteQueuesOf(this)
  }
}
