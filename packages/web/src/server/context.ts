import type { Client, ClientOptions, HistoryClient, Logger } from "@metricq/client"
import type { FastifyInstance } from "fastify"
import type { Access } from "../access/access.js"
import type { Audit } from "../access/audit.js"
import type { HealthEngine } from "../health/engine.js"
import type { Catalogue } from "../network/catalogue.js"
import type { RouteBook } from "../openapi/route-book.js"
import type { Figures } from "./figures.js"
import type { ResolvedOptions } from "./options.js"
import type { StaticFiles } from "./static-files.js"

/** What the parts of a web server share. */
export interface WebContext {
  /** Asks databases. */
  readonly history: HistoryClient
  /** Asks the manager and other clients. */
  readonly rpc: Client
  /** The metrics there are, in memory. */
  readonly catalogue: Catalogue
  /** Who may ask. */
  readonly access: Access
  /** Where changes are noted. */
  readonly audit: Audit
  /** What `/metrics` tells; parts add their own. */
  readonly figures: Figures
  /** All routes of the server. */
  readonly routes: RouteBook
  /** The built page. */
  readonly ui: StaticFiles
  readonly logger: Logger
  readonly options: ResolvedOptions
  /** For further clients of a part, such as a sink: address, logger, time-outs. The part stops them in the hook `onClose`. */
  readonly clientOptions: Pick<ClientOptions, "url" | "logger" | "connectionTimeout" | "stopTimeout" | "tls">
  /** Looks after the health of the network; there for parts that come after its own. */
  health?: HealthEngine
}

/**
 * A part of a web server: it adds its routes and hooks to an instance of its own, whose addresses are below the prefix.
 *
 * Clients may not be connected yet. Work begins in the hook `onReady` at the earliest, and ends in `preClose` or `onClose`.
 */
export type WebPart = (app: FastifyInstance, context: WebContext) => void | Promise<void>
