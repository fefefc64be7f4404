import type { JsonObject } from "@metricq/protocol"
import { RPCError } from "./errors.js"

/** Where a request came from. */
export interface RpcContext {
  /** The function that is called. */
  function: string
  /** What the caller calls itself (`app_id`): a label, not a proof. */
  fromToken: string | undefined
  /** The AMQP user of the caller, validated by the broker; undefined where the caller does not give it. */
  userId: string | undefined
  exchange: string
  routingKey: string
  /** Delivered before, to this client or another, and not acknowledged. */
  redelivered: boolean
}

/** Answers a request; what it throws becomes the answer `{"error": message}`. `args` are its own, to keep or change. */
export type RpcHandler = (args: JsonObject, context: RpcContext) => RpcResult | Promise<RpcResult>

// biome-ignore lint/suspicious/noConfusingVoidType: a handler without return statement is one, too
type RpcResult = JsonObject | undefined | void

/**
 * The functions a client answers.
 *
 * One function can have several handlers, those of base classes first; they run one after the other, and then none may
 * return a value.
 */
export class RpcDispatcher {
  readonly #handlers = new Map<string, RpcHandler[]>()

  /** Add a handler, after those the function has. */
  add(name: string, handler: RpcHandler): void {
    const handlers = this.#handlers.get(name)
    if (handlers === undefined) this.#handlers.set(name, [handler])
    else handlers.push(handler)
  }

  has(name: string): boolean {
    return this.#handlers.has(name)
  }

  /**
   * Run the handlers of `context.function`.
   *
   * @throws {RPCError} for an unknown function, and where one of several handlers returns a value; else what a handler throws
   */
  async dispatch(args: JsonObject, context: RpcContext): Promise<JsonObject> {
    const name = context.function
    const handlers = this.#handlers.get(name)
    // Peers know this text, with its quotes, from the original.
    if (handlers === undefined) throw new RPCError(`'Missing rpc handler for ${name}'`)
    let answer: JsonObject = {}
    for (const handler of handlers) {
      const result = await handler(handlers.length > 1 ? { ...args } : args, context)
      if (result === undefined || result === null) continue
      if (handlers.length > 1) throw new RPCError(`${name} has ${handlers.length} handlers, so none may return a value`)
      answer = result
    }
    return answer
  }
}
