import { RPCError } from "./errors.js"
import type { RpcContext } from "./rpc-dispatcher.js"

/**
 * The AMQP users who may change something: for services that answer RPCs. Who somebody is, is what the broker has validated (`user_id`), never
 * what a message says of itself (`app_id`).
 */
export class Administrators {
  readonly #users: ReadonlySet<string>
  readonly #namedBy: string

  /** `namedBy` completes "the AMQP users that … name as administrators" in refusals: `the manager's settings`. */
  constructor(users: readonly string[], namedBy: string) {
    this.#users = new Set(users)
    this.#namedBy = namedBy
  }

  /** The user who calls. @throws {RPCError} if that is no administrator */
  check({ function: name, userId }: RpcContext): string {
    if (userId !== undefined && this.#users.has(userId)) return userId
    const who =
      userId === undefined ? "the request does not say which user sends it (property user_id)" : `${userId} is not one`
    throw new RPCError(
      `${name} needs an administrator; ${who}. Connect as one of the AMQP users that ${this.#namedBy} name as administrators`,
    )
  }
}
