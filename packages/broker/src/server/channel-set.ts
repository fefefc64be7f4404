import { ChannelError, ConnectionError, ProtocolError } from "../errors.js"
import { constants } from "../spec/constants.js"
import type { MethodSpec } from "../spec/methods.js"
import { decodeArguments, methodId, methodSpec } from "../wire/method-codec.js"
import { Channel } from "./channel.js"
import { dispatch } from "./dispatch.js"
import type { ChannelHost } from "./host.js"

const PUBLISH = methodId("basic.publish")
const OPEN = methodId("channel.open")
const CLOSE = methodId("channel.close")
const CLOSE_OK = methodId("channel.close-ok")

/** The channels of one connection: takes all frames but those of channel 0. */
export class ChannelSet {
  /** Channels that may be open at a time. */
  max = 0
  readonly #host: ChannelHost
  readonly #channels = new Map<number, Channel>()
  /** The channel of the last frame: the next one is usually for the same. */
  #last: Channel | undefined

  constructor(host: ChannelHost) {
    this.#host = host
  }

  get size(): number {
    return this.#channels.size
  }

  /**
   * Takes a frame. What a client gets wrong on a channel closes that channel.
   *
   * @throws {ConnectionError} for what costs the connection
   */
  onFrame(type: number, id: number, buffer: Buffer, start: number, end: number): void {
    const channel = this.#last?.id === id ? this.#last : this.#channels.get(id)
    if (channel === undefined) {
      this.#onUnknownChannel(type, id, buffer, start, end)
      return
    }
    this.#last = channel
    try {
      if (type === constants.frameMethod) this.#onMethod(channel, buffer, start, end)
      else if (!channel.closing) onContent(channel, type, buffer, start, end)
    } catch (error) {
      if (error instanceof ProtocolError && error.method === 0) error.method = blamed(type, channel, buffer, start, end)
      if (!(error instanceof ChannelError)) throw error
      this.#fail(channel, error)
    }
  }

  /** Tries all consumers again: the connection takes deliveries again. */
  wakeAll(): void {
    for (const channel of this.#channels.values()) channel.deliveries.wakeAll()
  }

  /** Closes all channels without telling the client. */
  closeAll(): void {
    const channels = [...this.#channels.values()]
    this.#channels.clear()
    this.#last = undefined
    for (const channel of channels) channel.close()
  }

  #onMethod(channel: Channel, buffer: Buffer, start: number, end: number): void {
    const spec = readSpec(buffer, start, end)
    if (spec.id === CLOSE || spec.id === CLOSE_OK) {
      decodeArguments(spec, buffer, start + 4, end)
      this.#close(channel)
      if (spec.id === CLOSE) channel.send("channel.close-ok", {})
      return
    }
    if (channel.closing) return
    channel.publisher.checkMethodAllowed()
    if (spec.id === PUBLISH) channel.publisher.begin(buffer, start + 4, end)
    else if (spec.id === OPEN) throw new ConnectionError(constants.channelError, "second 'channel.open' seen")
    else dispatch(channel, spec, buffer, start + 4, end)
  }

  #onUnknownChannel(type: number, id: number, buffer: Buffer, start: number, end: number): void {
    if (type !== constants.frameMethod) {
      throw new ConnectionError(constants.channelError, `frame of type ${type} on channel ${id}, which is not open`)
    }
    const spec = readSpec(buffer, start, end)
    // Both sides may close a channel at the same time; then an answer comes to a channel that is gone.
    if (spec.id === CLOSE_OK) return
    if (spec.id === OPEN) this.#open(id, spec, buffer, start, end)
    else throw methodError(constants.channelError, "expected 'channel.open'", spec)
  }

  #open(id: number, spec: MethodSpec, buffer: Buffer, start: number, end: number): void {
    if (this.#channels.size >= this.max) {
      const text = `number of channels opened (${this.max}) has reached the negotiated channel_max (${this.max})`
      throw methodError(constants.notAllowed, text, spec)
    }
    decodeArguments(spec, buffer, start + 4, end)
    const channel = new Channel(id, this.#host)
    this.#channels.set(id, channel)
    channel.send("channel.open-ok", {})
  }

  #close(channel: Channel): void {
    this.#channels.delete(channel.id)
    this.#last = undefined
    channel.close()
  }

  #fail(channel: Channel, error: ChannelError): void {
    channel.close()
    channel.closing = true
    const { replyCode, replyText, method } = error
    channel.send("channel.close", { replyCode, replyText, classId: method >>> 16, methodId: method & 0xffff })
    this.#host.noteChannelError(channel.id, replyText)
  }
}

/** @throws {ConnectionError} `SYNTAX_ERROR` or `NOT_IMPLEMENTED` */
function readSpec(buffer: Buffer, start: number, end: number): MethodSpec {
  if (end - start < 4) throw new ConnectionError(constants.syntaxError, "method frame without method")
  return methodSpec(buffer.readUInt32BE(start))
}

function onContent(channel: Channel, type: number, buffer: Buffer, start: number, end: number): void {
  if (type === constants.frameHeader) channel.publisher.header(buffer, start, end)
  else if (type === constants.frameBody) channel.publisher.body(buffer, start, end)
  else throw new ConnectionError(constants.frameError, `frame of unknown type ${type} on channel ${channel.id}`)
}

/** The method to name in an error: the publish before it where content is due, else that of the frame. */
function blamed(type: number, channel: Channel, buffer: Buffer, start: number, end: number): number {
  if (channel.publisher.isExpectingContent) return PUBLISH
  return type === constants.frameMethod && end - start >= 4 ? buffer.readUInt32BE(start) : 0
}

function methodError(code: number, text: string, spec: MethodSpec): ConnectionError {
  const error = new ConnectionError(code, text)
  error.method = spec.id
  return error
}
