import type { Socket } from "node:net"
import { ChannelError, ConnectionError } from "../errors.js"
import type { MessageStore } from "../model/message.js"
import type { User } from "../model/users.js"
import type { Vhost } from "../model/vhost.js"
import { constants } from "../spec/constants.js"
import type { MethodSpec, Methods } from "../spec/methods.js"
import { FrameReader, type FrameSink } from "../wire/frame-reader.js"
import type { FrameWriter } from "../wire/frame-writer.js"
import { decodeArguments, methodId, methodSpec } from "../wire/method-codec.js"
import { Channel } from "./channel.js"
import type { Confirms } from "./confirms.js"
import type { Counters } from "./counters.js"
import { dispatch } from "./dispatch.js"
import type { Flushable } from "./flusher.js"
import { Handshake, SilentRefusal } from "./handshake.js"
import { Heartbeat } from "./heartbeat.js"
import type { ChannelHost } from "./host.js"
import { Output } from "./output.js"
import type { ServerContext } from "./server-context.js"

const PREAMBLE = Buffer.from("AMQP\0\0\x09\x01", "latin1")
const PUBLISH = methodId("basic.publish")
/** Largest frame before the sizes are agreed on: room for client properties and a long token, not more. */
const HANDSHAKE_FRAME_MAX = 16 * 1024
/** Unsent bytes above which a client that asks and asks without reading the answers is read no further. */
const MAX_UNREAD_ANSWERS = 1024 * 1024
/** How long a peer may take to answer a close. */
const CLOSE_TIMEOUT_MS = 3000
/** What a connection may still publish while memory is short, so that one that stops when told to is never cut off from its acks. */
const BLOCKED_ALLOWANCE_BYTES = 1024 * 1024

type State = "preamble" | "handshake" | "open" | "closing" | "closed"

/**
 * One client: its socket, its channels, and what was agreed on with it.
 *
 * An error of the client closes its channel or its connection and nothing else; so does an error of ours while serving it.
 */
export class Connection implements FrameSink, ChannelHost, Flushable {
  readonly peer: string
  readonly writer: FrameWriter
  readonly store: MessageStore
  readonly counters: Counters
  readonly maxMessageBytes: number
  readonly maxConsumersPerChannel: number
  wantsCancelNotice = false
  readonly #context: ServerContext
  readonly #socket: Socket
  readonly #output: Output
  readonly #reader: FrameReader
  readonly #handshake: Handshake
  readonly #channels = new Map<number, Channel>()
  readonly #openedAt = performance.now()
  /** Confirms that are due by the end of this turn. */
  readonly #confirming: Confirms[] = []
  readonly #pauses = new Set<"memory" | "answers">()
  #state: State = "preamble"
  #vhost: Vhost | undefined
  #heartbeat = new Heartbeat(0, 0)
  #scheduled = false
  #closingSince = 0
  #partialBytes = 0
  #hasPublished = false
  #toldBlocked = false
  #blockedAllowance = BLOCKED_ALLOWANCE_BYTES
  /** The channel of the last frame: the next one is usually for the same. */
  #lastChannel: Channel | undefined
  /** Method being carried out, for the error that it may end in. */
  #current: MethodSpec | undefined

  constructor(socket: Socket, context: ServerContext) {
    this.#context = context
    this.#socket = socket
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`
    this.#output = new Output(socket)
    this.#output.onRelief = () => this.#onRelief()
    this.writer = this.#output.writer
    this.store = context.store
    this.counters = context.counters
    this.maxMessageBytes = context.limits.maxMessageBytes
    this.maxConsumersPerChannel = context.limits.maxConsumersPerChannel
    this.#reader = new FrameReader(this, HANDSHAKE_FRAME_MAX)
    this.#handshake = new Handshake(context, this.writer)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 30_000)
    socket.on("data", (chunk) => this.#onData(chunk))
    socket.on("error", (error) => this.#context.logger.debug("socket error", { peer: this.peer, error: error.message }))
    socket.on("close", () => this.#onSocketClosed())
  }

  get vhost(): Vhost {
    if (this.#vhost === undefined) throw new Error("connection is not open")
    return this.#vhost
  }

  get user(): User {
    if (this.#handshake.user === undefined) throw new Error("connection is not authenticated")
    return this.#handshake.user
  }

  /** Name of the user, undefined before the login. */
  get userName(): string | undefined {
    return this.#handshake.user?.name
  }

  /** Name of the vhost, undefined before it is open. */
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

  /** Writes out what was gathered in this turn, confirms first. */
  flush(): void {
    this.#scheduled = false
    for (const confirms of this.#confirming) confirms.flush()
    this.#confirming.length = 0
    if (this.#output.flush()) this.#heartbeat.noteSent(performance.now())
    if (this.#output.pendingBytes > MAX_UNREAD_ANSWERS) this.#pause("answers")
  }

  confirmLater(confirms: Confirms): void {
    this.#confirming.push(confirms)
  }

  notePublish(bytes: number): void {
    this.#hasPublished = true
    if (!this.#context.gauge.alarmed) return
    this.#tellBlocked()
    this.#blockedAllowance -= bytes
    if (this.#blockedAllowance < 0) this.#pause("memory")
  }

  notePartial(bytes: number): void {
    this.#partialBytes += bytes
    if (this.#partialBytes > 4 * this.maxMessageBytes) {
      throw new ConnectionError(constants.resourceError, "too many incomplete messages at once")
    }
  }

  /** Tells a publisher that memory is short, or no longer. */
  setMemoryAlarm(alarmed: boolean): void {
    if (this.#state !== "open") return
    if (alarmed) {
      if (this.#hasPublished) this.#tellBlocked()
      return
    }
    this.#blockedAllowance = BLOCKED_ALLOWANCE_BYTES
    if (this.#toldBlocked) this.#send("connection.unblocked", {})
    this.#toldBlocked = false
    this.#resume("memory")
  }

  /** Looks at the clock: handshake, heartbeat, unread output, unanswered close. */
  check(now: number): void {
    const { limits } = this.#context
    if (this.#output.stalledMs(now) > limits.writeTimeoutMs) {
      this.#abandon(`client has read nothing for ${limits.writeTimeoutMs / 1000} s`)
    } else if (this.#state === "closing") {
      if (now - this.#closingSince > CLOSE_TIMEOUT_MS) this.#socket.destroy()
    } else if (this.#state !== "open") {
      if (now - this.#openedAt > limits.handshakeTimeoutMs) this.#abandon("handshake not finished in time")
    } else {
      this.#checkHeartbeat(now)
    }
  }

  #checkHeartbeat(now: number): void {
    const action = this.#heartbeat.check(now, this.#pauses.size === 0)
    if (action === "dead") this.#abandon("missed heartbeats from client")
    if (action !== "send") return
    this.writer.heartbeat()
    this.schedule()
  }

  /** Closes the connection with a reason that the client is told; its resources are given back at once. */
  close(error: ConnectionError, classId = 0, id = 0): void {
    if (this.#state === "closing" || this.#state === "closed") return
    const canTell = this.#state !== "preamble"
    this.#state = "closing"
    this.#closingSince = performance.now()
    this.#release()
    if (canTell) {
      const { replyCode, replyText } = error
      this.#send("connection.close", { replyCode, replyText, classId, methodId: id })
    } else {
      this.#end()
    }
    this.#pauses.clear()
    this.#socket.resume()
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
    this.#context.logger.info("client speaks another protocol", { peer: this.peer, header: bytes.toString("latin1") })
    this.writer.raw(PREAMBLE)
    this.#end()
  }

  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    if (this.#state === "closed") return
    this.#current = undefined
    try {
      if (this.#state === "open" && channel > 0) this.#onChannelFrame(type, channel, buffer, start, end)
      else this.#onConnectionFrame(type, channel, buffer, start, end)
    } catch (error) {
      this.#fail(error, channel)
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#state === "closed") return
    this.#heartbeat.noteReceived(performance.now())
    try {
      this.#reader.push(chunk)
    } catch (error) {
      // The stream is out of step: nothing that follows can be read.
      this.#socket.removeAllListeners("data")
      this.#fail(error, 0)
      this.#socket.resume()
      this.#end()
    }
  }

  #onChannelFrame(type: number, id: number, buffer: Buffer, start: number, end: number): void {
    const last = this.#lastChannel
    const channel = last?.id === id ? last : this.#channels.get(id)
    if (channel === undefined) {
      this.#onUnknownChannel(type, id, buffer, start, end)
      return
    }
    this.#lastChannel = channel
    if (type === constants.frameMethod) this.#onMethod(channel, buffer, start, end)
    else if (channel.closing) return
    else if (type === constants.frameHeader) channel.publisher.header(buffer, start, end)
    else if (type === constants.frameBody) channel.publisher.body(buffer, start, end)
    else throw new ConnectionError(constants.frameError, `frame of type ${type} on channel ${id}`)
  }

  #onMethod(channel: Channel, buffer: Buffer, start: number, end: number): void {
    if (end - start < 4) throw new ConnectionError(constants.syntaxError, "method frame without method")
    const spec = methodSpec(buffer.readUInt32BE(start))
    this.#current = spec
    if (spec.name === "channel.close-ok" || spec.name === "channel.close") {
      this.#closeChannel(channel)
      if (spec.name === "channel.close") this.#send("channel.close-ok", {}, channel.id)
      return
    }
    if (channel.closing) return
    if (channel.publisher.isExpectingContent) {
      throw new ConnectionError(constants.unexpectedFrame, "expected content frame, got method frame instead")
    }
    if (spec.id === PUBLISH) channel.publisher.begin(buffer, start + 4, end)
    else if (spec.name === "channel.open") {
      throw new ConnectionError(constants.channelError, "second 'channel.open' seen")
    } else dispatch(channel, spec, buffer, start + 4, end)
  }

  #onUnknownChannel(type: number, id: number, buffer: Buffer, start: number, end: number): void {
    const { channelMax } = this.#handshake.tuning
    if (type !== constants.frameMethod || end - start < 4) {
      throw new ConnectionError(constants.channelError, `frame on channel ${id}, which is not open`)
    }
    const spec = methodSpec(buffer.readUInt32BE(start))
    this.#current = spec
    if (spec.name === "channel.close-ok" || spec.name === "channel.close") return
    if (spec.name !== "channel.open") throw new ConnectionError(constants.channelError, "expected 'channel.open'")
    if (id > channelMax) {
      throw new ConnectionError(
        constants.notAllowed,
        `channel number ${id} is above the negotiated channel_max (${channelMax})`,
      )
    }
    decodeArguments(spec, buffer, start + 4, end)
    this.#channels.set(id, new Channel(id, this))
    this.#send("channel.open-ok", {}, id)
  }

  #onConnectionFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    if (type === constants.frameHeartbeat && channel === 0) return
    if (this.#state === "closing") {
      this.#onFrameWhileClosing(type, channel, buffer, start, end)
      return
    }
    if (type !== constants.frameMethod)
      throw new ConnectionError(constants.frameError, `frame of type ${type} out of turn`)
    if (end - start < 4) throw new ConnectionError(constants.syntaxError, "method frame without method")
    const spec = methodSpec(buffer.readUInt32BE(start))
    this.#current = spec
    if (channel !== 0)
      throw new ConnectionError(constants.channelError, `${spec.name} on channel ${channel} out of turn`)
    if (spec.name === "connection.close") {
      decodeArguments(spec, buffer, start + 4, end)
      this.#onClientClose()
    } else if (this.#state === "handshake") {
      this.#onHandshake(spec, buffer, start + 4, end)
    } else if (spec.name === "connection.update-secret") {
      decodeArguments(spec, buffer, start + 4, end)
      this.#send("connection.update-secret-ok", {})
    } else {
      throw new ConnectionError(constants.commandInvalid, `unexpected method ${spec.name} in connection state running`)
    }
  }

  #onFrameWhileClosing(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    if (type !== constants.frameMethod || channel !== 0 || end - start < 4) return
    const id = buffer.readUInt32BE(start)
    if (id === CLOSE_OK) this.#end()
    else if (id === CLOSE) this.#send("connection.close-ok", {})
  }

  #onHandshake(spec: MethodSpec, buffer: Buffer, start: number, end: number): void {
    this.#vhost = this.#handshake.accept(spec, buffer, start, end)
    const { frameMax, heartbeatS } = this.#handshake.tuning
    if (spec.name === "connection.tune-ok") {
      this.#reader.frameMax = frameMax
      this.writer.frameMax = frameMax
      this.#heartbeat = new Heartbeat(heartbeatS, performance.now())
    }
    if (this.#vhost !== undefined) {
      this.#state = "open"
      this.wantsCancelNotice = this.#handshake.hasCapability("consumer_cancel_notify")
      this.#context.logger.info("connection open", { peer: this.peer, user: this.user.name, vhost: this.vhost.name })
    }
    this.schedule()
  }

  #onClientClose(): void {
    this.#state = "closing"
    this.#closingSince = performance.now()
    this.#release()
    this.#send("connection.close-ok", {})
    this.#end()
  }

  #closeChannel(channel: Channel): void {
    this.#channels.delete(channel.id)
    this.#lastChannel = undefined
    channel.close()
  }

  #fail(error: unknown, channelId: number): void {
    const classId = (this.#current?.id ?? 0) >>> 16
    const id = (this.#current?.id ?? 0) & 0xffff
    const channel = this.#channels.get(channelId)
    if (error instanceof ChannelError && channel !== undefined) {
      this.#failChannel(channel, error, classId, id)
    } else if (error instanceof SilentRefusal) {
      this.#abandon(error.message)
    } else if (error instanceof ConnectionError) {
      this.counters.connectionErrors++
      this.#context.logger.warn("connection closed", { peer: this.peer, user: this.userName, reason: error.replyText })
      this.close(error, classId, id)
    } else {
      this.#context.logger.error("internal error", { peer: this.peer, error: String((error as Error)?.stack ?? error) })
      this.close(new ConnectionError(constants.internalError, "internal error"), classId, id)
    }
  }

  #failChannel(channel: Channel, error: ChannelError, classId: number, id: number): void {
    const { replyCode, replyText } = error
    this.#context.logger.debug("channel closed", { peer: this.peer, channel: channel.id, reason: replyText })
    // What a publish gets wrong, the method before its content is to blame for.
    const fromContent = classId === 0
    channel.close()
    channel.closing = true
    this.#send(
      "channel.close",
      {
        replyCode,
        replyText,
        classId: fromContent ? PUBLISH >>> 16 : classId,
        methodId: fromContent ? PUBLISH & 0xffff : id,
      },
      channel.id,
    )
  }

  #send<N extends keyof Methods>(name: N, args: Methods[N], channel = 0): void {
    this.writer.method(channel, name, args)
    this.schedule()
  }

  #tellBlocked(): void {
    if (this.#toldBlocked || !this.#handshake.hasCapability("connection.blocked")) return
    this.#toldBlocked = true
    this.#send("connection.blocked", { reason: "low on memory" })
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
    for (const channel of this.#channels.values()) channel.deliveries.wakeAll()
  }

  /** Writes what is left and closes the socket. */
  #end(): void {
    this.#output.flush()
    this.#socket.end()
    if (this.#state !== "closing") {
      this.#state = "closing"
      this.#closingSince = performance.now()
    }
  }

  #abandon(reason: string): void {
    this.counters.connectionErrors++
    this.#context.logger.warn("connection dropped", { peer: this.peer, user: this.userName, reason })
    this.#socket.destroy()
  }

  #onSocketClosed(): void {
    this.#state = "closed"
    this.#release()
    this.#context.onClosed(this)
  }

  /** Gives everything back: consumers and unacknowledged messages first, then the queues that are this connection's own. */
  #release(): void {
    const channels = [...this.#channels.values()]
    this.#channels.clear()
    this.#lastChannel = undefined
    for (const channel of channels) channel.close()
    if (this.#vhost !== undefined) this.#vhost.deleteQueuesOf(this)
  }
}

const CLOSE = methodId("connection.close")
const CLOSE_OK = methodId("connection.close-ok")
