import { EventEmitter } from "node:events"
import { DataError, TimeoutError } from "@metricq/client"
import { Slots } from "../polling/slots.js"
import { addressKey, type DeviceAddress } from "./address.js"
import type { Frame } from "./frame.js"
import { BacnetClient } from "./library.js"
import { BacnetRefusal } from "./refusal.js"

/** Where the library sends a request, and which number it has. */
export interface Delivery {
  readonly receiver: { readonly address: string; readonly net?: number; readonly adr?: number[] }
  readonly options: { readonly invokeId: number }
}

export interface LinkOptions {
  /** How long an answer may take. */
  readonly timeoutMs: number
  /** How often a request is sent at most. */
  readonly attempts: number
  readonly send: (datagram: Buffer) => void
}

/** A notification that a value has changed. */
export type CovListener = (notification: CovNotification) => void

/** What of a notification is used. */
export interface CovNotification {
  readonly process: number
  readonly object: { readonly type: number; readonly instance: number }
  readonly values: readonly { readonly property: number; readonly value: readonly unknown[] }[]
}

const LONGEST_MESSAGE = 1482

/**
 * The way to one device: one request at a time, each answered within its time or sent again.
 *
 * Every device has an instance of the library of its own, as that keeps the segments of an answer, and the numbers of requests,
 * without regard to who sent them. After a request without an answer it is made anew, so that half an answer is forgotten.
 */
export class DeviceLink {
  readonly #address: DeviceAddress
  readonly #options: LinkOptions
  readonly #turns = new Slots(1)
  readonly #covListeners = new Set<CovListener>()
  #invokeId = 0
  #refused: { invokeId: number | undefined; refusal: BacnetRefusal } | undefined
  #transport = new LinkTransport(() => {})
  #client: BacnetClient | undefined

  constructor(address: DeviceAddress, options: LinkOptions) {
    this.#address = address
    this.#options = options
  }

  /**
   * Sends a request when it is its turn.
   *
   * @throws {BacnetRefusal}; {TimeoutError} without an answer; {DataError} `bacnet-answer` for garbage; the signal's reason
   */
  async request<T>(signal: AbortSignal, send: (client: BacnetClient, delivery: Delivery) => Promise<T>): Promise<T> {
    const leave = await this.#turns.take(signal)
    try {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await this.#attempt(signal, send)
        if (answer !== undefined) return answer.value
        if (attempt >= this.#options.attempts) throw this.#silence()
      }
    } finally {
      leave()
    }
  }

  /** Sends what needs no answer, or none that matters. */
  post(send: (client: BacnetClient, delivery: Delivery) => unknown): void {
    Promise.resolve(send(this.#connected(), this.#delivery())).catch(() => undefined)
  }

  onCov(listener: CovListener): () => void {
    this.#covListeners.add(listener)
    return () => this.#covListeners.delete(listener)
  }

  /** A datagram of this device. Whatever is in it, nothing is thrown. */
  receive(datagram: Buffer, { invokeId, refused }: Frame): void {
    if (refused !== undefined) this.#refused = { invokeId, refusal: new BacnetRefusal(refused.how, refused.reason) }
    try {
      this.#connected()
      this.#transport.emit("message", datagram, `${this.#address.host}:${this.#address.port}`)
    } catch {
      // Garbage; the request it was meant for runs out of time.
    }
  }

  close(): void {
    this.#client?.close()
    this.#client = undefined
    this.#covListeners.clear()
  }

  /** `undefined`: no answer in time. */
  async #attempt<T>(
    signal: AbortSignal,
    send: (client: BacnetClient, delivery: Delivery) => Promise<T>,
  ): Promise<{ value: T } | undefined> {
    signal.throwIfAborted()
    const delivery = this.#delivery()
    const abort = () => this.#forget()
    signal.addEventListener("abort", abort, { once: true })
    try {
      return { value: await send(this.#connected(), delivery) }
    } catch (error) {
      signal.throwIfAborted()
      const failure = this.#failureOf(error, delivery.options.invokeId)
      if (failure !== undefined) throw failure
      this.#forget()
      return undefined
    } finally {
      signal.removeEventListener("abort", abort)
    }
  }

  /** What the library's error means; `undefined`: no answer in time. */
  #failureOf(error: unknown, invokeId: number): Error | undefined {
    const text = error instanceof Error ? error.message : String(error)
    if (text === "ERR_TIMEOUT") return undefined
    const refused = this.#refused
    this.#refused = undefined
    const [, errorClass, code] = /Class:(\d+) - Code:(\d+)/.exec(text) ?? []
    if (code !== undefined) return new BacnetRefusal("error", Number(code), Number(errorClass))
    if (refused?.invokeId === invokeId && text.startsWith("BacnetAbort")) return refused.refusal
    return new DataError("bacnet-answer", `${this.#name}: the answer makes no sense`, { cause: error })
  }

  #silence(): TimeoutError {
    const { timeoutMs, attempts } = this.#options
    return new TimeoutError(`no answer of ${this.#name} within ${timeoutMs / 1000} s, asked ${attempts} times`)
  }

  get #name(): string {
    return addressKey(this.#address)
  }

  #delivery(): Delivery {
    this.#invokeId = (this.#invokeId % 255) + 1
    return { receiver: receiverOf(this.#address), options: { invokeId: this.#invokeId } }
  }

  #connected(): BacnetClient {
    this.#client ??= this.#connect()
    return this.#client
  }

  #connect(): BacnetClient {
    this.#transport = new LinkTransport(this.#options.send)
    const client = new BacnetClient({ transport: this.#transport, apduTimeout: this.#options.timeoutMs })
    client.on("covNotifyUnconfirmed", ({ payload }) => this.#notify(payload as unknown as CovPayload))
    client.on("covNotify", ({ payload, header, service, invokeId }) => {
      this.#notify(payload as unknown as CovPayload)
      if (header?.sender !== undefined) client.simpleAckResponse(header.sender, service ?? 0, invokeId ?? 0)
    })
    return client
  }

  #notify({ subscriberProcessId, monitoredObjectId, values }: CovPayload): void {
    const notification: CovNotification = {
      process: subscriberProcessId,
      object: monitoredObjectId,
      values: values.map(({ property, value }) => ({ property: property.id, value })),
    }
    for (const listener of this.#covListeners) listener(notification)
  }

  #forget(): void {
    this.#client?.close()
    this.#client = undefined
  }
}

/** An address as the library wants it. */
export function receiverOf({ host, port, network, station = [] }: DeviceAddress): Delivery["receiver"] {
  const address = `${host}:${port}`
  return network === undefined ? { address } : { address, net: network, adr: [...station] }
}

interface CovPayload {
  readonly subscriberProcessId: number
  readonly monitoredObjectId: { readonly type: number; readonly instance: number }
  readonly values: readonly { readonly property: { readonly id: number }; readonly value: readonly unknown[] }[]
}

/** What the library takes for a socket. */
export class LinkTransport extends EventEmitter {
  readonly #send: (datagram: Buffer, receiver: string | undefined) => void

  constructor(send: (datagram: Buffer, receiver: string | undefined) => void) {
    super()
    this.#send = send
  }

  getBroadcastAddress(): string {
    return ""
  }

  getMaxPayload(): number {
    return LONGEST_MESSAGE
  }

  send(buffer: Buffer, length: number, receiver: string | undefined): void {
    this.#send(buffer.subarray(0, length), receiver)
  }

  open(): void {}

  close(): void {}
}
