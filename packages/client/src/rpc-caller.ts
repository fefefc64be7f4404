import { DataError, isRpcError, type JsonObject, rpcQueue } from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { PeerAway, RPCError, TimeoutError } from "./errors.js"
import { messageOf } from "./logger.js"
import { PendingRequests } from "./pending-requests.js"
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
  readonly #pending: PendingRequests<BroadcastAnswer>

  /** `user` is the AMQP user of the connection: the broker refuses messages that claim another one. */
  constructor(token: string, user: string) {
    this.#token = token
    this.#user = user
    this.#pending = new PendingRequests(`metricq-rpc-ts-${token}`)
  }

  /** Use this channel from now on. */
  attach(channel: Channel): void {
    this.#pending.attach(channel)
  }

  /** Fail all requests, for good. */
  close(error: Error): void {
    this.#pending.close(error)
  }

  /** Ask, and wait for the first answer. */
  call(request: RpcRequest): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      this.#start(request, {
        onAnswer({ response }) {
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
        onAnswer(answer) {
          onAnswer(answer)
          return false
        },
        onTimeout: resolve,
        onError: reject,
      })
    })
  }

  /** Take an answer. False if nobody waits for it, or not any more. */
  take(message: ConsumeMessage, response: JsonObject): boolean {
    const answer = { token: textProperty(message, "appId"), response }
    return this.#pending.take(textProperty(message, "correlationId"), answer)
  }

  #start(
    request: RpcRequest,
    on: { onAnswer(answer: BroadcastAnswer): boolean; onTimeout(): void; onError(error: unknown): void },
  ): void {
    const { exchange, routingKey, timeoutMs, repeatable, signal, peer, function: name } = request
    signal?.throwIfAborted()
    checkKey(routingKey)
    if (this.#pending.size >= mostPending)
      throw new PeerAway("rpc-busy", `${mostPending} requests wait for answers: no more`)
    this.#pending.start({
      exchange,
      routingKey,
      body: this.#encode(request),
      properties: {
        contentType: "application/json",
        replyTo: rpcQueue(this.#token),
        appId: this.#token,
        userId: this.#user,
      },
      timeoutMs,
      signal,
      repeatable,
      onAnswer: on.onAnswer,
      onTimeout: on.onTimeout,
      onReturned: () => on.onError(new PeerAway("peer-away", `${peer} is not there: nobody takes ${name}`)),
      onLost() {
        const text = `the connection was lost before ${peer} answered ${name}: whether it took effect is unknown`
        on.onError(new TimeoutError(text, { code: "connection-lost" }))
      },
      onAborted: on.onError,
    })
  }

  #encode(request: RpcRequest): Buffer {
    const body = encodeRpcBody({ ...request.args, function: request.function })
    if (body.length <= longestRequest) return body
    const mib = Math.ceil(body.length / 1024 / 1024)
    throw new DataError(
      "rpc-length",
      `the arguments of ${request.function} have ${mib} MiB, at most 12 are sent: divide them`,
    )
  }
}

function refusal(request: RpcRequest, response: JsonObject): RPCError {
  return new RPCError(`${request.function}: ${messageOf(response.error)}`, { answer: response })
}

function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 255)
    throw new DataError("rpc-function", `an RPC name or token of more than 255 bytes: ${key.slice(0, 40)}…`)
}
