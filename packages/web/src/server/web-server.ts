import type { AddressInfo } from "node:net"
import websocket from "@fastify/websocket"
import { HistoryClient } from "@metricq/client"
import { type FastifyInstance, fastify } from "fastify"
import { Catalogue } from "../network/catalogue.js"
import type { WebContext } from "./context.js"
import { type ResolvedOptions, resolveOptions, type WebServerOptions } from "./options.js"
import { parts } from "./parts.js"

/**
 * The web server of a network: page, HTTP API and compatible APIs on one port. It knows the network as a client only.
 *
 * Life cycle: `start()` → … → `stop()`, each once. Two can run in one process.
 */
export class WebServer {
  readonly #options: ResolvedOptions
  readonly #app: FastifyInstance
  readonly #context: WebContext
  #address: string | undefined

  /** @throws {WebError} for options that cannot be; {DataError} for a token or URL that cannot be one */
  constructor(options: WebServerOptions) {
    this.#options = resolveOptions(options)
    this.#context = contextOf(this.#options)
    this.#app = fastify({ logger: false, forceCloseConnections: true })
  }

  /** Where the page is, such as `http://127.0.0.1:3000/`; before `start()` with the port that was asked for. */
  get address(): string {
    return this.#address ?? addressOf(this.#options, this.#options.port)
  }

  /**
   * Listen, connect to the network, and read what there is.
   *
   * @throws {ConnectFailed} as every client; {WebError} `port-taken`; it has stopped then
   */
  async start(): Promise<void> {
    try {
      await this.#listen()
      await this.#context.history.connect()
      await this.#context.catalogue.start()
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Resolves when it has been stopped; rejects with what stopped it otherwise. */
  async stopped(): Promise<void> {
    try {
      await this.#context.history.stopped()
    } finally {
      await this.#app.close()
    }
  }

  /** Close everything; may be called any number of times. */
  async stop(): Promise<void> {
    this.#context.catalogue.stop()
    await Promise.all([this.#app.close(), this.#context.history.stop()])
  }

  async #listen(): Promise<void> {
    const { host, port, prefix } = this.#options
    await this.#app.register(websocket, { options: { maxPayload: 1024 * 1024 } })
    for (const part of parts) {
      await this.#app.register(async (app) => part(app, this.#context), { prefix: prefix.replace(/\/$/, "") })
    }
    await this.#app.listen({ host, port })
    this.#address = addressOf(this.#options, (this.#app.server.address() as AddressInfo).port)
  }
}

function contextOf(options: ResolvedOptions): WebContext {
  const { token, url, logger, connectionTimeout, stopTimeout, tls } = options
  const clientOptions = { url, logger, connectionTimeout, stopTimeout, tls }
  const history = new HistoryClient({ ...clientOptions, token })
  const catalogue = new Catalogue(history, logger)
  return { history, rpc: history, catalogue, logger, options, clientOptions }
}

function addressOf({ host, prefix }: ResolvedOptions, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}${prefix}`
}
