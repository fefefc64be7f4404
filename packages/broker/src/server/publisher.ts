import { ConnectionError, MessageError, NO_ROUTE } from "../errors.js"
import type { Exchange } from "../model/exchange.js"
import type { ByteRange } from "../model/message.js"
import { accessRefused, described, preconditionFailed } from "../model/names.js"
import { constants } from "../spec/constants.js"
import { checkProperties, HEADER_PREFIX, type PeekedProperties, readHeaders } from "../wire/properties.js"
import { Confirms } from "./confirms.js"
import type { ChannelHost } from "./host.js"

const BASIC_CLASS = 60
const TWO_32 = 2 ** 32
const MANDATORY = 1
const IMMEDIATE = 2
const FIRST_BODY_BYTES = 64 * 1024

const noRoute = new MessageError(NO_ROUTE, "no route")

/** What the next frame of a channel must be. */
type Expected = "method" | "header" | "body"

/** Puts the messages of one channel together from their frames, routes them and answers for them. */
export class Publisher {
  readonly #channel: number
  readonly #host: ChannelHost
  #confirms: Confirms | undefined
  #expected: Expected = "method"
  #exchange: Exchange
  #routingKey = ""
  #mandatory = false
  /** Where the exchange name and the routing key of the message lie, one after the other. */
  readonly #routing: ByteRange
  readonly #properties: ByteRange
  readonly #body: ByteRange
  readonly #peeked: PeekedProperties = { expiration: undefined, userId: undefined }
  #ttlMs: number | undefined
  #bodySize = 0
  /** Holds a body that comes in several frames, as far as it has come. */
  #partial: Buffer | undefined
  #filled = 0
  /** The exchange of the last publish and its name as it came, because the next one usually has the same. */
  #lastExchange: Exchange
  #lastName: Buffer
  readonly #readHeaders = () => readHeaders(this.#properties.buffer, this.#properties.start, this.#properties.end)

  constructor(channel: number, host: ChannelHost) {
    this.#channel = channel
    this.#host = host
    this.#exchange = this.#lastExchange = host.vhost.defaultExchange
    this.#lastName = Buffer.alloc(0)
    this.#routing = { buffer: this.#lastName, start: 0, end: 0 }
    this.#properties = { ...this.#routing }
    this.#body = { ...this.#routing }
  }

  get isExpectingContent(): boolean {
    return this.#expected !== "method"
  }

  /** @throws {ConnectionError} `UNEXPECTED_FRAME` while content is due */
  checkMethodAllowed(): void {
    if (this.#expected !== "method") throw unexpected(this.#expected)
  }

  /** Confirms every publish from now on. */
  selectConfirms(): void {
    this.#confirms ??= new Confirms(this.#channel, this.#host.writer)
  }

  /** Writes the confirm that is due. */
  flushConfirms(): void {
    this.#confirms?.flush()
  }

  /** Takes the arguments of a `basic.publish`. */
  begin(buffer: Buffer, start: number, end: number): void {
    const exchangeAt = start + 2
    const keyAt = exchangeAt + 1 + (buffer[exchangeAt] ?? 0)
    const bitsAt = keyAt + 1 + (buffer[keyAt] ?? 0)
    if (bitsAt + 1 !== end) throw new ConnectionError(constants.syntaxError, "malformed basic.publish")
    const bits = buffer[bitsAt] as number
    if (bits & IMMEDIATE) throw new ConnectionError(constants.notImplemented, "immediate=true")
    this.#exchange = this.#findExchange(buffer, exchangeAt + 1, keyAt)
    this.#routingKey = buffer.toString("utf8", keyAt + 1, bitsAt)
    this.#mandatory = (bits & MANDATORY) !== 0
    setRange(this.#routing, buffer, exchangeAt, bitsAt)
    this.#expected = "header"
  }

  #findExchange(buffer: Buffer, start: number, end: number): Exchange {
    if (!this.#lastExchange.deleted && isEqual(this.#lastName, buffer, start, end)) return this.#lastExchange
    const name = buffer.toString("utf8", start, end)
    const { vhost } = this.#host
    const exchange = vhost.exchange(name)
    if (exchange.properties.internal) {
      throw accessRefused(`cannot publish to internal ${described("exchange", name, vhost.name)}`)
    }
    this.#lastExchange = exchange
    this.#lastName = Buffer.from(buffer.subarray(start, end))
    return exchange
  }

  /** Takes the payload of a content header frame. */
  header(buffer: Buffer, start: number, end: number): void {
    if (this.#expected !== "header") throw unexpected(this.#expected)
    if (end - start < HEADER_PREFIX) throw new ConnectionError(constants.syntaxError, "malformed content header")
    const classId = buffer.readUInt16BE(start)
    if (classId !== BASIC_CLASS) {
      throw new ConnectionError(
        constants.unexpectedFrame,
        `expected content header for class ${BASIC_CLASS}, got one for class ${classId} instead`,
      )
    }
    const size = buffer.readUInt32BE(start + 4) * TWO_32 + buffer.readUInt32BE(start + 8)
    checkProperties(buffer, start + HEADER_PREFIX, end, this.#peeked)
    this.#checkMessage(size)
    setRange(this.#properties, buffer, start + HEADER_PREFIX, end)
    this.#bodySize = size
    this.#expected = "body"
    if (size > 0) return
    setRange(this.#body, buffer, end, end)
    this.#complete()
  }

  #checkMessage(size: number): void {
    const { maxMessageBytes, user } = this.#host
    if (size > maxMessageBytes) {
      throw preconditionFailed(`message size ${size} is larger than configured max size ${maxMessageBytes}`)
    }
    const { userId, expiration } = this.#peeked
    if (userId !== undefined && userId !== user.name) {
      throw preconditionFailed(`user_id property set to '${userId}' but authenticated user was '${user.name}'`)
    }
    this.#ttlMs = expiration === undefined ? undefined : readExpiration(expiration)
  }

  /** Takes the payload of a body frame. */
  body(buffer: Buffer, start: number, end: number): void {
    if (this.#expected !== "body") throw unexpected(this.#expected)
    const length = end - start
    if (this.#partial === undefined && length === this.#bodySize) {
      setRange(this.#body, buffer, start, end)
      this.#complete()
      return
    }
    if (this.#filled + length > this.#bodySize) {
      throw new ConnectionError(constants.frameError, `body longer than the ${this.#bodySize} bytes announced`)
    }
    this.#append(buffer, start, end)
    if (this.#filled < this.#bodySize) return
    setRange(this.#body, this.#partial ?? buffer, 0, this.#filled)
    this.#complete()
    this.reset()
  }

  /** Adds to a body in parts. Memory is taken as bytes come in, not as they are announced. */
  #append(buffer: Buffer, start: number, end: number): void {
    const filled = this.#filled + end - start
    if (this.#partial === undefined || filled > this.#partial.length) {
      const known = this.#partial?.length ?? 0
      const size = Math.min(this.#bodySize, Math.max(filled, 2 * known, FIRST_BODY_BYTES))
      this.#host.notePartial(size - known)
      const grown = Buffer.allocUnsafeSlow(size)
      this.#partial?.copy(grown, 0, 0, this.#filled)
      this.#partial = grown
    }
    buffer.copy(this.#partial, this.#filled, start, end)
    this.#filled = filled
  }

  /** Forgets a message that is not complete. */
  reset(): void {
    this.#expected = "method"
    this.#filled = 0
    if (this.#partial === undefined) return
    this.#host.notePartial(-this.#partial.length)
    this.#partial = undefined
  }

  #complete(): void {
    this.#expected = "method"
    const { vhost, counters } = this.#host
    counters.published++
    const queues = vhost.route(this.#exchange, this.#routingKey, this.#readHeaders)
    if (queues.length === 0) this.#unroutable()
    else this.#enqueue(queues)
  }

  #enqueue(queues: Parameters<ChannelHost["vhost"]["enqueue"]>[1]): void {
    const { vhost, store, counters } = this.#host
    const message = store.put(this.#routing, this.#properties, this.#body, this.#ttlMs)
    const accepted = vhost.enqueue(message, queues)
    message.release()
    if (!accepted) counters.refused++
    this.#settle(accepted)
    this.#host.notePublish(this.#body.end - this.#body.start)
  }

  #unroutable(): void {
    this.#host.counters.unroutable++
    if (this.#mandatory) {
      const message = this.#host.store.put(this.#routing, this.#properties, this.#body)
      this.#host.writer.returned(this.#channel, noRoute.replyCode, "NO_ROUTE", message)
      message.release()
      this.#host.schedule()
    }
    this.#settle(true)
  }

  #settle(accepted: boolean): void {
    if (this.#confirms === undefined) return
    if (this.#confirms.settle(accepted)) this.#host.confirmLater(this.#confirms)
    this.#host.schedule()
  }
}

function setRange(range: ByteRange, buffer: Buffer, start: number, end: number): void {
  range.buffer = buffer
  range.start = start
  range.end = end
}

function isEqual(known: Buffer, buffer: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let index = 0; index < known.length; index++) {
    if (known[index] !== buffer[start + index]) return false
  }
  return true
}

/** 505 for a frame that is not the one expected; worded as RabbitMQ does. */
function unexpected(expected: Expected): ConnectionError {
  const texts: Record<Expected, string> = {
    method: "expected method frame, got non method frame instead",
    header: `expected content header for class ${BASIC_CLASS}, got non content header frame instead`,
    body: "expected content body, got non content body frame instead",
  }
  return new ConnectionError(constants.unexpectedFrame, texts[expected])
}

/** @throws {ChannelError} `PRECONDITION_FAILED` if the text is no whole number of milliseconds from 0 on */
function readExpiration(text: string): number {
  const number = /^[+-]?\d+/.exec(text)?.[0]
  const refuse = (why: string) => preconditionFailed(`invalid expiration '${text}': ${why}`)
  if (number === undefined) throw refuse("no_integer")
  if (number.length < text.length) throw refuse(`{leftover_string,"${text.slice(number.length)}"}`)
  const value = Number(number)
  if (value < 0) throw refuse(`{value_negative,${value}}`)
  return value
}
