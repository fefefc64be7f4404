import { DataError, type JsonObject } from "@metricq/protocol"
import type { Channel, ConsumeMessage } from "amqplib"
import { RPCError } from "./errors.js"
import { type Logger, messageOf } from "./logger.js"
import type { RpcCaller } from "./rpc-caller.js"
import type { RpcContext, RpcDispatcher } from "./rpc-dispatcher.js"
import { decodeRpcBody, encodeRpcBody, textProperty } from "./rpc-message.js"

/** Requests handled at once; beyond that they are refused. */
const mostHandled = 1000

/** Longer answers are refused: the default limit of a RabbitMQ 4 is 16 MiB. */
const longestAnswer = 12 * 1024 * 1024

/**
 * The answering half of RPC: tells requests from answers, runs the handlers, and replies.
 *
 * Every message is settled exactly once and never requeued: one that cannot be understood is rejected, and its sender told
 * so if it left a `reply_to`. A request is acknowledged after its handler has finished.
 */
export class RpcConsumer {
  readonly #token: string
  readonly #dispatcher: RpcDispatcher
  readonly #caller: RpcCaller
  readonly #logger: Logger
  readonly #mayReplyTo: (queue: string) => boolean
  #handled = 0

  /** @param mayReplyTo which queues get answers; a request that names another one in `reply_to` is dropped */
  constructor(
    token: string,
    dispatcher: RpcDispatcher,
    caller: RpcCaller,
    logger: Logger,
    mayReplyTo: (queue: string) => boolean = () => true,
  ) {
    this.#token = token
    this.#dispatcher = dispatcher
    this.#caller = caller
    this.#logger = logger
    this.#mayReplyTo = mayReplyTo
  }

  /** Take a message that came on `channel`. Never throws. */
  take(channel: Channel, message: ConsumeMessage): void {
    let body: JsonObject
    try {
      body = decodeRpcBody(message.content)
    } catch (error) {
      this.#refuse(channel, message, error)
      return
    }
    if (body.function !== undefined && body.function !== null) {
      void this.#answer(channel, message, body)
      return
    }
    if (!this.#caller.take(message, body)) {
      // Answers do not ask for an answer.
      if (this.#replyQueue(message) !== undefined) {
        this.#refuse(channel, message, new DataError("rpc-function", "the RPC does not name a function"))
        return
      }
      this.#logger.debug("an answer nobody waits for", { from: textProperty(message, "appId") })
    }
    settle(() => channel.ack(message))
  }

  async #answer(channel: Channel, message: ConsumeMessage, body: JsonObject): Promise<void> {
    const { function: name, ...args } = body
    if (typeof name !== "string") {
      this.#refuse(channel, message, new DataError("rpc-function", "the function of the RPC is not a string"))
      return
    }
    if (this.#replyQueue(message) === undefined) {
      this.#logger.warn("RPC without a proper reply_to dropped", {
        function: name,
        from: textProperty(message, "appId"),
      })
      settle(() => channel.reject(message, false))
      return
    }
    this.#handled++
    const answer = await this.#run(args, contextOf(name, message))
    this.#handled--
    this.#reply(channel, message, answer)
    settle(() => channel.ack(message))
  }

  async #run(args: JsonObject, context: RpcContext): Promise<JsonObject> {
    try {
      if (this.#handled > mostHandled)
        throw new RPCError(`${this.#token} is busy with ${mostHandled} requests: try again`)
      return await this.#dispatcher.dispatch(args, context)
    } catch (error) {
      this.#logger.debug(`RPC ${context.function} failed`, { from: context.fromToken, reason: error })
      return errorAnswer(error)
    }
  }

  #refuse(channel: Channel, message: ConsumeMessage, error: unknown): void {
    this.#logger.warn("RPC message rejected", { from: textProperty(message, "appId"), reason: error })
    this.#reply(channel, message, errorAnswer(error))
    settle(() => channel.reject(message, false))
  }

  #reply(channel: Channel, message: ConsumeMessage, answer: JsonObject): void {
    const replyTo = this.#replyQueue(message)
    if (replyTo === undefined) return
    const body = this.#encode(answer)
    const correlationId = textProperty(message, "correlationId")
    settle(() =>
      channel.publish("", replyTo, body, { contentType: "application/json", correlationId, appId: this.#token }),
    )
  }

  /** What a handler returns may be anything: what cannot be sent becomes an error that says so. */
  #encode(answer: JsonObject): Buffer {
    try {
      const body = encodeRpcBody(answer)
      if (body.length <= longestAnswer) return body
      const mib = Math.ceil(body.length / 1024 / 1024)
      return encodeRpcBody({
        error: `the answer has ${mib} MiB, at most 12 are sent: ask for less with limit and after`,
      })
    } catch (error) {
      this.#logger.error("an RPC handler has returned what is no JSON", { reason: error })
      return encodeRpcBody({ error: `the answer is no JSON: ${messageOf(error)}` })
    }
  }

  #replyQueue(message: ConsumeMessage): string | undefined {
    const queue = textProperty(message, "replyTo")
    return queue !== undefined && this.#mayReplyTo(queue) ? queue : undefined
  }
}

function contextOf(name: string, message: ConsumeMessage): RpcContext {
  return {
    function: name,
    fromToken: textProperty(message, "appId"),
    userId: textProperty(message, "userId"),
    exchange: message.fields.exchange,
    routingKey: message.fields.routingKey,
    redelivered: message.fields.redelivered,
  }
}

function errorAnswer(error: unknown): JsonObject {
  const fields = error instanceof RPCError ? error.answer : {}
  return { ...fields, error: messageOf(error) || "failed" }
}

/** A channel that has been lost meanwhile cannot be answered on; the broker delivers the message again where that matters. */
function settle(operation: () => void): void {
  try {
    operation()
  } catch {
    // lost
  }
}
