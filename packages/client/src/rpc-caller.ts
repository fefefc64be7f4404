import { randomUUID } from "node:crypto"
import { DataError, isRpcError, type JsonObject, rpcQueue } from "@metricq/protocol"
import type { Channel, ConsumeMessage, Message } from "amqplib"
import { PeerAway, RPCError, TimeoutError } from "./errors.js"
import { messageOf } from "./logger.js"
import { encodeRpcBody, textProperty } from "./rpc-message.js"

/** One request: where to, what, and how long to wait. */
export interface RpcRequest {
  exchange: string
  routingKey: string
  function: string
  args: JsonObject
  timeoutMs: number
  /** Who should answer, for error messages. */
  peer: string
  /** May be sent again when the connection is lost before the answer. */
  repeatable: boolean
  signal?: AbortSignal
}

/** An answer of a broadcast. */
export interface BroadcastAnswer {
  /** What the answering client calls itself. */
  token: string | undefined
  response: JsonObject
}

interface Pending {
  readonly request: RpcRequest
  readonly body: Buffer
  sent: boolean
  /** Takes answers until it returns true. */
  answered(response: JsonObject, from: string | undefined): boolean
  failed(error: unknown): void
}

/** Requests beyond this many in flight are refused at once. */
const mostPending = 10_000

/** Brokers close the channel of larger messages, some from 16 MiB on. */
const longestRequest = 12 * 1024 * 1024

/**
 * The asking half of RPC: sends requests, and finds the one an answer belongs to by its correlation id.
 *
 * Requests made while there is no channel wait for the next one, within their timeout. When a channel is lost, requests
 * that are `repeatable` are sent again on the next; for others the outcome is unknown, and they fail at once.
 */
export class RpcCaller {
  readonly #token: string
  readonly #user: string
  readonly #pending = new Map<string, Pending>()
  #channel: Channel | undefined
  #closed: Error | undefined

  /** `user` is the AMQP user of the connection: the broker refuses messages that claim another one. */
  constructor(token: string, user: string) {
    this.#token = token
    this.#user = user
  }

  /** Use this channel from now on. */
  attach(channel: Channel): void {
    this.#channel = channel
    channel.on("return", (message: Message) => this.#returned(message))
    channel.on("close", () => this.#detach(channel))
    for (const [id, pending] of this.#pending) this.#send(id, pending)
  }

  /** Fail all requests, for good. */
  close(error: Error): void {
    this.#closed = error
    this.#channel = undefined
    for (const pending of [...this.#pending.values()]) pending.failed(error)
  }

  /** Ask, and wait for the first answer. */
  call(request: RpcRequest): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      this.#start(request, {
        onAnswer(response) {
          if (isRpcError(response)) reject(refusal(request, response))
          else resolve(response)
          return true
        },
        onTimeout: () =>
          reject(
            new TimeoutError(`${request.peer} has not answered ${request.function} in ${request.timeoutMs / 1000} s`),
          ),
        onError: reject,
      })
    })
  }

  /** Ask everybody, and hand every answer on until the time is up; resolves then. */
  collect(request: RpcRequest, onAnswer: (answer: BroadcastAnswer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#start(request, {
        onAnswer(response, token) {
          onAnswer({ token, response })
          return false
        },
        onTimeout: resolve,
        onError: reject,
      })
    })
  }

  /** Take an answer. False if nobody waits for it, or not any more. */
  take(message: ConsumeMessage, response: JsonObject): boolean {
    const pending = this.#pending.get(textProperty(message, "correlationId") ?? "")
    if (pending === undefined) return false
    pending.answered(response, textProperty(message, "appId"))
    return true
  }

  #start(
    request: RpcRequest,
    on: {
      onAnswer(response: JsonObject, from: string | undefined): boolean
      onTimeout(): void
      onError(error: unknown): void
    },
  ): void {
    const { signal } = request
    signal?.throwIfAborted()
    if (this.#closed !== undefined) throw this.#closed
    checkKey(request.routingKey)
    if (this.#pending.size >= mostPending)
      throw new PeerAway("rpc-busy", `${mostPending} requests wait for answers: no more`)
    const body = encodeRpcBody({ ...request.args, function: request.function })
    if (body.length > longestRequest) {
      const mib = Math.ceil(body.length / 1024 / 1024)
      throw new DataError(
        "rpc-length",
        `the arguments of ${request.function} have ${mib} MiB, at most 12 are sent: divide them`,
      )
    }
    const id = `metricq-rpc-ts-${this.#token}-${randomUUID().replaceAll("-", "")}`
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", onAbort)
      this.#pending.delete(id)
    }
    const timer = setTimeout(() => {
      end()
      on.onTimeout()
    }, request.timeoutMs)
    const pending: Pending = {
      request,
      body,
      sent: false,
      answered: (response, from) => {
        const done = on.onAnswer(response, from)
        if (done) end()
        return done
      },
      failed: (error) => {
        end()
        on.onError(error)
      },
    }
    const onAbort = () => pending.failed(signal?.reason)
    signal?.addEventListener("abort", onAbort)
    this.#pending.set(id, pending)
    this.#send(id, pending)
  }

  #send(id: string, pending: Pending): void {
    if (this.#channel === undefined) return
    const { exchange, routingKey } = pending.request
    try {
      this.#channel.publish(exchange, routingKey, pending.body, {
        contentType: "application/json",
        correlationId: id,
        replyTo: rpcQueue(this.#token),
        appId: this.#token,
        userId: this.#user,
        mandatory: true,
      })
      pending.sent = true
    } catch {
      // The channel has just closed; its "close" event, and then the next channel, deal with the request.
    }
  }

  #returned(message: Message): void {
    const id: unknown = message.properties.correlationId
    const pending = typeof id === "string" ? this.#pending.get(id) : undefined
    if (pending === undefined) return
    const { peer, function: name } = pending.request
    pending.failed(new PeerAway("peer-away", `${peer} is not there: nobody takes ${name}`))
  }

  #detach(channel: Channel): void {
    if (this.#channel !== channel) return
    this.#channel = undefined
    for (const pending of [...this.#pending.values()]) {
      if (!pending.sent || pending.request.repeatable) continue
      const { peer, function: name } = pending.request
      const text = `the connection was lost before ${peer} answered ${name}: whether it took effect is unknown`
      pending.failed(new TimeoutError(text, { code: "connection-lost" }))
    }
  }
}

function refusal(request: RpcRequest, response: JsonObject): RPCError {
  return new RPCError(`${request.function}: ${messageOf(response.error)}`, { answer: response })
}

function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 255)
    throw new DataError("rpc-function", `an RPC name or token of more than 255 bytes: ${key.slice(0, 40)}…`)
}
