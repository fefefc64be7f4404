import type { Logger } from "@metricq/client"
import type { FastifyRequest } from "fastify"

/** One change, as the part of the server tells it that made it. */
export interface AuditEntry {
  /** What was done: the thing and the deed, such as `config.set`, `metadata.set`, `user.add`. */
  readonly action: string
  /** To what: a token, a metric, a user; a count if there are many. */
  readonly subject: string
  /** Whatever else helps to understand it later; no secrets. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** The log of changes made through this server: who, when, what. */
export class Audit {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Note a change after it has been made. */
  record(request: FastifyRequest, entry: AuditEntry): void {
    this.#logger.info(`${request.identity.name}: ${entry.action} ${entry.subject}`, { ...entry.detail })
  }
}
