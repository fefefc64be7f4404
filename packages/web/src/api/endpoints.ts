import type { FastifyInstance } from "fastify"
import type { ClientList } from "../network/client-list.js"
import type { ConfigBook } from "../network/config-book.js"
import type { WebContext } from "../server/context.js"
import type { Gate } from "../server/gate.js"

/** What the endpoints of the API share. */
export interface ApiContext extends WebContext {
  /** For whatever asks databases. */
  readonly gate: Gate
  readonly clientList: ClientList
  /** All stored configurations. */
  readonly configBook: ConfigBook
}

/** A group of endpoints; its addresses are below `/api/v1`. */
export type Endpoints = (app: FastifyInstance, context: ApiContext) => void
