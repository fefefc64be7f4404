import { randomUUID } from "node:crypto"
import { setMaxListeners } from "node:events"
import type { Channel, Message, Options } from "amqplib"
import { Deque } from "./deque.js"

/** A message that wants an answer, and what to do with that. Exactly one of its ends is called, once. */
export interface PendingRequest<Answer> {
  readonly exchange: string
  readonly routingKey: string
  readonly body: Buffer
  /** Besides the correlation id, and `mandatory`. */
  readonly properties: Options.Publish
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** May be sent again when the connection is lost before the answer; otherwise it ends with `onLost` then. */
  readonly repeatable: boolean
  /** Takes answers until it returns true, which is an end. */
  onAnswer(answer: Answer): boolean
  onTimeout(): void
  /** The broker has nobody to deliver it to. */
  onReturned(): void
  onLost(): void
  /** The reason of the signal, or what everything was closed with. */
  onAborted(reason: unknown): void
}

interface Entry<Answer> {
  readonly id: string
  readonly request: PendingRequest<Answer>
  sent: boolean
  /** Its number among those that are not sent. */
  place: number
  finish(): void
}

/**
 * Requests on their way, and the one that an answer belongs to by its correlation id.
 *
 * Those made while there is no channel wait for the next one, within their timeout; so do those beyond `mostInFlight`, for others to end.
 */
export class PendingRequests<Answer> {
  readonly #idPrefix: string
  readonly #mostInFlight: number
  readonly #entries = new Map<string, Entry<Answer>>()
  readonly #unsent = new Deque<Entry<Answer>>()
  #inFlight = 0
  #channel: Channel | undefined
  #closed: Error | undefined

  constructor(idPrefix: string, mostInFlight = Number.POSITIVE_INFINITY) {
    this.#idPrefix = idPrefix
    this.#mostInFlight = mostInFlight
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size
  }

  /** Use this channel from now on. */
  attach(channel: Channel): void {
    this.#channel = channel
    channel.on("return", (message: Message) => this.#returned(message))
    channel.on("close", () => this.#detach(channel))
    while (this.#unsent.shift() !== undefined);
    this.#inFlight = 0
    for (const entry of this.#entries.values()) {
      entry.sent = false
      entry.place = this.#unsent.push(entry)
    }
    this.#sendSome()
  }

  /** End all requests, for good. */
  close(error: Error): void {
    this.#closed = error
    this.#channel = undefined
    for (const { request, finish } of [...this.#entries.values()]) {
      finish()
      request.onAborted(error)
    }
  }

  /** Send a request, or let it wait. Throws at once the reason of a signal that is aborted already, or what it is closed with. */
  start(request: PendingRequest<Answer>): void {
    const { signal, timeoutMs } = request
    signal?.throwIfAborted()
    if (this.#closed !== undefined) throw this.#closed
    const id = `${this.#idPrefix}-${randomUUID().replaceAll("-", "")}`
    const timer = setTimeout(() => {
      entry.finish()
      request.onTimeout()
    }, timeoutMs)
    const onAbort = () => {
      entry.finish()
      request.onAborted(signal?.reason)
    }
    const entry: Entry<Answer> = {
      id,
      request,
      sent: false,
      place: -1,
      finish: () => {
        clearTimeout(timer)
        signal?.removeEventListener("abort", onAbort)
        this.#forget(entry)
      },
    }
    if (signal !== undefined) {
      // One signal may end any number of requests. Each takes its listener back, so there is no leak to warn of.
      setMaxListeners(0, signal)
      signal.addEventListener("abort", onAbort)
    }
    this.#entries.set(id, entry)
    entry.place = this.#unsent.push(entry)
    this.#sendSome()
  }

  /** Take an answer. False if nobody waits for it, or not any more. */
  take(id: string | undefined, answer: Answer): boolean {
    const entry = this.#entries.get(id ?? "")
    if (entry === undefined) return false
    if (entry.request.onAnswer(answer)) entry.finish()
    return true
  }

  #forget(entry: Entry<Answer>): void {
    this.#entries.delete(entry.id)
    if (!entry.sent) {
      this.#unsent.take(entry.place)
      return
    }
    this.#inFlight--
    this.#sendSome()
  }

  #sendSome(): void {
    while (this.#channel !== undefined && this.#inFlight < this.#mostInFlight) {
      const entry = this.#unsent.shift()
      if (entry === undefined) return
      this.#send(this.#channel, entry)
    }
  }

  #send(channel: Channel, entry: Entry<Answer>): void {
    const { exchange, routingKey, body, properties } = entry.request
    try {
      channel.publish(exchange, routingKey, body, { ...properties, correlationId: entry.id, mandatory: true })
      entry.sent = true
      this.#inFlight++
    } catch {
      // The channel has just closed; its "close" event, and then the next channel, deal with the request.
    }
  }

  #returned(message: Message): void {
    const id: unknown = message.properties.correlationId
    const entry = typeof id === "string" ? this.#entries.get(id) : undefined
    if (entry === undefined) return
    entry.finish()
    entry.request.onReturned()
  }

  #detach(channel: Channel): void {
    if (this.#channel !== channel) return
    this.#channel = undefined
    for (const { request, sent, finish } of [...this.#entries.values()]) {
      if (!sent || request.repeatable) continue
      finish()
      request.onLost()
    }
  }
}
