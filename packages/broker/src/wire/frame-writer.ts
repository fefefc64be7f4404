import { constants } from "../spec/constants.js"
import type { MethodName, Methods } from "../spec/methods.js"
import { type Content, copyBytes } from "./content.js"
import { FRAME_HEAD, FRAME_OVERHEAD } from "./frame-reader.js"
import { encodeMethodFrame, methodId } from "./method-codec.js"
import { HEADER_PREFIX } from "./properties.js"

const TWO_32 = 2 ** 32
/** Frames are gathered in chunks of this size, so that many small ones leave in one write. */
const CHUNK_SIZE = 32 * 1024
/** A first chunk for connections that say little. */
const FIRST_CHUNK_SIZE = 1024
/** Bodies above this are handed over as they are, not copied. */
const SHARED_BODY = 8 * 1024

const DELIVER = methodId("basic.deliver")
const GET_OK = methodId("basic.get-ok")
const RETURN = methodId("basic.return")
const ACK = methodId("basic.ack")
const NACK = methodId("basic.nack")

/** Gathers frames for one connection. Knows no socket: the owner takes the gathered bytes away with `take`. */
export class FrameWriter {
  /** Largest whole frame that the peer takes; longer bodies are split. */
  frameMax = constants.frameMinSize as number
  #chunk: Buffer = Buffer.allocUnsafeSlow(FIRST_CHUNK_SIZE)
  /** Bytes of the chunk that were taken away before, and the end of what was written since. */
  #start = 0
  #at = 0
  #pieces: Buffer[] = []
  #pieceBytes = 0

  /** Bytes written and not yet taken. */
  get pendingBytes(): number {
    return this.#pieceBytes + this.#at - this.#start
  }

  /** Hands over everything written so far, in order; the caller owns it. Empty if there is nothing. */
  take(): Buffer[] {
    this.#seal()
    const pieces = this.#pieces
    this.#pieces = []
    this.#pieceBytes = 0
    return pieces
  }

  method<N extends MethodName>(channel: number, name: N, args: Methods[N]): void {
    this.#append(encodeMethodFrame(channel, name, args))
  }

  /** Bytes that are no frame of ours: the protocol header sent to a peer that speaks another version. */
  raw(bytes: Buffer): void {
    this.#append(bytes)
  }

  heartbeat(): void {
    this.#reserve(FRAME_OVERHEAD)
    this.#head(constants.frameHeartbeat, 0, 0)
    this.#octet(constants.frameEnd)
  }

  /** Confirms a publish, or all up to it. */
  ack(channel: number, deliveryTag: number, multiple: boolean): void {
    this.#confirm(ACK, channel, deliveryTag, multiple)
  }

  nack(channel: number, deliveryTag: number, multiple: boolean): void {
    this.#confirm(NACK, channel, deliveryTag, multiple)
  }

  #confirm(id: number, channel: number, deliveryTag: number, multiple: boolean): void {
    this.#reserve(FRAME_OVERHEAD + 13)
    this.#head(constants.frameMethod, channel, 13)
    this.#long(id)
    this.#longlong(deliveryTag)
    this.#octet(multiple ? 1 : 0)
    this.#octet(constants.frameEnd)
  }

  /** A `basic.deliver` with its content; `consumerTag` is the tag as a short string, length in front. */
  delivery(channel: number, consumerTag: Buffer, deliveryTag: number, redelivered: boolean, content: Content): void {
    const routing = content.propertiesStart - content.routingStart
    const size = 4 + consumerTag.length + 9 + routing
    this.#reserve(FRAME_OVERHEAD + size)
    this.#head(constants.frameMethod, channel, size)
    this.#long(DELIVER)
    this.#copy(consumerTag, 0, consumerTag.length)
    this.#longlong(deliveryTag)
    this.#octet(redelivered ? 1 : 0)
    this.#copy(content.buffer, content.routingStart, content.propertiesStart)
    this.#octet(constants.frameEnd)
    this.#content(channel, content)
  }

  /** A `basic.get-ok` with its content. */
  getOk(channel: number, deliveryTag: number, redelivered: boolean, content: Content, messageCount: number): void {
    const size = 4 + 9 + content.propertiesStart - content.routingStart + 4
    this.#reserve(FRAME_OVERHEAD + size)
    this.#head(constants.frameMethod, channel, size)
    this.#long(GET_OK)
    this.#longlong(deliveryTag)
    this.#octet(redelivered ? 1 : 0)
    this.#copy(content.buffer, content.routingStart, content.propertiesStart)
    this.#long(messageCount)
    this.#octet(constants.frameEnd)
    this.#content(channel, content)
  }

  /** A `basic.return` with its content; `replyText` is ASCII of at most 255 characters. */
  returned(channel: number, replyCode: number, replyText: string, content: Content): void {
    const size = 4 + 2 + 1 + replyText.length + content.propertiesStart - content.routingStart
    this.#reserve(FRAME_OVERHEAD + size)
    this.#head(constants.frameMethod, channel, size)
    this.#long(RETURN)
    this.#octet(replyCode >>> 8)
    this.#octet(replyCode)
    this.#octet(replyText.length)
    this.#at += this.#chunk.write(replyText, this.#at, "latin1")
    this.#copy(content.buffer, content.routingStart, content.propertiesStart)
    this.#octet(constants.frameEnd)
    this.#content(channel, content)
  }

  #content(channel: number, content: Content): void {
    const { buffer, propertiesStart, bodyStart, end } = content
    const size = HEADER_PREFIX + bodyStart - propertiesStart
    this.#reserve(FRAME_OVERHEAD + size)
    this.#head(constants.frameHeader, channel, size)
    this.#long(BASIC_CLASS)
    this.#longlong(end - bodyStart)
    this.#copy(buffer, propertiesStart, bodyStart)
    this.#octet(constants.frameEnd)
    const step = this.frameMax - FRAME_OVERHEAD
    for (let at = bodyStart; at < end; at += step) this.#body(channel, buffer, at, Math.min(end, at + step))
  }

  #body(channel: number, buffer: Buffer, start: number, end: number): void {
    const size = end - start
    if (size <= SHARED_BODY) {
      this.#reserve(FRAME_OVERHEAD + size)
      this.#head(constants.frameBody, channel, size)
      this.#copy(buffer, start, end)
    } else {
      this.#reserve(FRAME_HEAD)
      this.#head(constants.frameBody, channel, size)
      this.#share(buffer.subarray(start, end))
      this.#reserve(1)
    }
    this.#octet(constants.frameEnd)
  }

  #append(bytes: Buffer): void {
    if (bytes.length > CHUNK_SIZE / 2) {
      this.#share(bytes)
    } else {
      this.#reserve(bytes.length)
      this.#copy(bytes, 0, bytes.length)
    }
  }

  /** Puts bytes of others between what was written before and what follows. */
  #share(bytes: Buffer): void {
    this.#seal()
    this.#pieces.push(bytes)
    this.#pieceBytes += bytes.length
  }

  #seal(): void {
    if (this.#at === this.#start) return
    this.#pieces.push(this.#chunk.subarray(this.#start, this.#at))
    this.#pieceBytes += this.#at - this.#start
    this.#start = this.#at
  }

  /** Makes room for a run of bytes in the current chunk. A chunk that was taken away is never written again, only filled up. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#chunk.length) return
    this.#seal()
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(bytes, CHUNK_SIZE))
    this.#start = 0
    this.#at = 0
  }

  #head(type: number, channel: number, size: number): void {
    const chunk = this.#chunk
    const at = this.#at
    chunk[at] = type
    chunk[at + 1] = channel >>> 8
    chunk[at + 2] = channel
    chunk[at + 3] = size >>> 24
    chunk[at + 4] = size >>> 16
    chunk[at + 5] = size >>> 8
    chunk[at + 6] = size
    this.#at = at + FRAME_HEAD
  }

  #octet(value: number): void {
    this.#chunk[this.#at++] = value
  }

  #long(value: number): void {
    const chunk = this.#chunk
    const at = this.#at
    chunk[at] = value >>> 24
    chunk[at + 1] = value >>> 16
    chunk[at + 2] = value >>> 8
    chunk[at + 3] = value
    this.#at = at + 4
  }

  #longlong(value: number): void {
    this.#long(value < TWO_32 ? 0 : Math.floor(value / TWO_32))
    this.#long(value >>> 0)
  }

  #copy(source: Buffer, start: number, end: number): void {
    copyBytes(this.#chunk, this.#at, source, start, end)
    this.#at += end - start
  }
}

/** Class id of basic with the weight 0 behind it. */
const BASIC_CLASS = 60 << 16
