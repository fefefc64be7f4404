import type { FastifyInstance } from "fastify"
import type { ClientList } from "../network/client-list.js"
import type { ClientRowReader } from "../network/client-row-reader.js"
import type { ConfigBook } from "../network/config-book.js"
import type { PublishedKinds } from "../network/published-kinds.js"
import type { Secrets } from "../network/secrets.js"
import type { WebContext } from "../server/context.js"
import type { Gate } from "../server/gate.js"

/** What the endpoints of the API share. */
export interface ApiContext extends WebContext {
  /** For whatever asks databases. */
  readonly gate: Gate
  readonly clientList: ClientList
  /** What lists show of clients. */
  readonly clientRows: ClientRowReader
  /** All stored configurations. */
  readonly configBook: ConfigBook
  /** What running agents say of their configurations. */
  readonly published: PublishedKinds
  /** Hides the secrets of configurations from the page. */
  readonly secrets: Secrets
}

/** A group of endpoints; its addresses are below `/api/v1`. */
export type Endpoints = (app: FastifyInstance, context: ApiContext) => void
