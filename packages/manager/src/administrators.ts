import type { RpcContext } from "@metricq/client"
import { RequestError } from "./request-error.js"

/**
 * The AMQP users who may change configurations and metadata. Who somebody is, is what the broker has validated (`user_id`), never
 * what a message says of itself (`app_id`).
 */
export class Administrators {
  readonly #users: ReadonlySet<string>

  constructor(users: readonly string[]) {
    this.#users = new Set(users)
  }

  /** The user who calls. @throws {RequestError} if that is no administrator */
  check({ function: name, userId }: RpcContext): string {
    if (userId !== undefined && this.#users.has(userId)) return userId
    const who =
      userId === undefined ? "the request does not say which user sends it (property user_id)" : `${userId} is not one`
    throw new RequestError(
      `${name} needs an administrator; ${who}. Connect as one of the AMQP users that the manager's settings name as administrators`,
    )
  }
}
