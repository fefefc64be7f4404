import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import websocket from "@fastify/websocket"
import { HistoryClient } from "@metricq/client"
import { FolderInUse, FolderLock, nodeDisk } from "@metricq/files"
import { type FastifyInstance, fastify } from "fastify"
import { Access } from "../access/access.js"
import { addAccess } from "../access/access-hook.js"
import { Audit } from "../access/audit.js"
import { AuditFolder } from "../access/audit-folder.js"
import { Catalogue } from "../network/catalogue.js"
import { type BookedRoute, RouteBook } from "../openapi/route-book.js"
import type { WebContext } from "./context.js"
import { errorAnswer, errorBody } from "./error-answer.js"
import { Figures } from "./figures.js"
import { type ResolvedOptions, resolveOptions, type WebServerOptions } from "./options.js"
import { parts } from "./parts.js"
import { addSecurity } from "./security.js"
import { StaticFiles } from "./static-files.js"
import { WebError } from "./web-error.js"

/** Bounds of what is taken from outside. */
const limits = {
  bodyBytes: 1024 * 1024,
  nameLength: 1024,
  connections: 2000,
  requestMs: 30_000,
  messageBytes: 1024 * 1024,
}

/**
 * The web server of a network: page, HTTP API and compatible APIs on one port. It knows the network as a client only.
 *
 * Life cycle: `start()` → … → `stop()`, each once. Two can run in one process.
 */
export class WebServer {
  readonly #options: ResolvedOptions
  readonly #app: FastifyInstance
  readonly #context: WebContext
  #lock: FolderLock | undefined
  #address: string | undefined

  /** @throws {WebError} for options that cannot be; {DataError} for a token or URL that cannot be one */
  constructor(options: WebServerOptions) {
    this.#options = resolveOptions(options)
    this.#app = fastify({
      bodyLimit: limits.bodyBytes,
      requestTimeout: limits.requestMs,
      forceCloseConnections: true,
      ajv: { customOptions: { coerceTypes: "array", removeAdditional: false } },
      trustProxy: (address) => this.#options.trustedProxies.has(address),
      routerOptions: { maxParamLength: limits.nameLength },
    })
    this.#app.server.maxConnections = limits.connections
    this.#context = contextOf(this.#options, new RouteBook(this.#app))
  }

  /** Where the page is, such as `http://127.0.0.1:3000/`; before `start()` with the port that was asked for. */
  get address(): string {
    return this.#address ?? addressOf(this.#options, this.#options.port)
  }

  /** What it answers, once it has started. */
  get routes(): readonly BookedRoute[] {
    return this.#context.routes.routes
  }

  /**
   * Listen, connect to the network, and read what there is.
   *
   * @throws {ConnectFailed} as every client; {WebError} `port-taken`, `listen`, `no-administrator`, `folder`; it has stopped then
   */
  async start(): Promise<void> {
    try {
      await this.#takeFolder()
      await this.#context.access.start()
      await this.#context.audit.start()
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
    await this.#context.history.stopped()
  }

  /** Close everything; may be called any number of times. */
  async stop(): Promise<void> {
    this.#context.catalogue.stop()
    await Promise.all([this.#app.close(), this.#context.history.stop()])
    await Promise.all([this.#context.access.stop(), this.#context.audit.stop()])
    this.#lock?.release()
  }

  /** Two servers would overwrite each other's sessions. */
  async #takeFolder(): Promise<void> {
    const { folder } = this.#options
    if (folder === undefined) return
    try {
      await nodeDisk.makeFolder(folder)
      this.#lock = new FolderLock(folder)
    } catch (error) {
      const isInUse = error instanceof FolderInUse
      const text = isInUse ? error.message : `cannot use ${folder}: ${(error as Error).message}`
      throw new WebError("folder", `${text}${isInUse ? ", or name another folder with --data" : ""}`, { cause: error })
    }
  }

  async #listen(): Promise<void> {
    const app = this.#app
    const { host, port, prefix } = this.#options
    addSecurity(app, this.#options)
    addAccess(app, this.#context.access, prefix)
    this.#addErrors()
    this.#countAnswers()
    endRefusedUpgrades(app)
    await app.register(websocket, { options: { maxPayload: limits.messageBytes } })
    const below = prefix.replace(/\/$/, "")
    for (const part of parts) await app.register(async (scope) => part(scope, this.#context), { prefix: below })
    if (below !== "") app.get(below, { config: { needs: "anyone" } }, async (_request, reply) => reply.redirect(prefix))
    await app.ready()
    await listen(app, host, port)
    this.#address = addressOf(this.#options, (app.server.address() as AddressInfo).port)
  }

  #addErrors(): void {
    this.#app.setErrorHandler(async (error, request, reply) => {
      const answer = errorAnswer(error)
      const isAwaited = !reply.raw.destroyed
      if (answer.status >= 500 && isAwaited)
        this.#context.logger.warn(`${request.method} ${request.url} failed`, { error })
      return reply.code(answer.status).send(errorBody(answer))
    })
    this.#app.setNotFoundHandler(async (request) => {
      throw new WebError("not-found", `there is nothing at ${request.url.split("?")[0]}`, { status: 404 })
    })
  }

  #countAnswers(): void {
    const answers = new Map<string, number>()
    this.#app.addHook("onResponse", async (_request, { statusCode }) => {
      const labels = `code="${statusCode}"`
      answers.set(labels, (answers.get(labels) ?? 0) + 1)
    })
    this.#context.figures.counter("metricq_web_answers_total", "answers by their status", () => answers)
  }
}

/** A WebSocket that is refused leaves a connection that nobody looks after; it would keep the server from stopping. */
function endRefusedUpgrades(app: FastifyInstance): void {
  app.addHook("onResponse", async ({ raw }) => {
    if (raw.headers.upgrade !== undefined) raw.socket.destroySoon()
  })
}

function contextOf(options: ResolvedOptions, routes: RouteBook): WebContext {
  const { token, url, logger, connectionTimeout, stopTimeout, tls, prefix } = options
  const clientOptions = { url, logger, connectionTimeout, stopTimeout, tls }
  const history = new HistoryClient({ ...clientOptions, token })
  const catalogue = new Catalogue(history, logger)
  const ui = new StaticFiles(options.uiFolder ?? fileURLToPath(new URL("../../dist-ui", import.meta.url)), prefix)
  const access = new Access(options)
  const audit = new Audit(
    logger,
    options.folder === undefined ? undefined : new AuditFolder(join(options.folder, "audit")),
  )
  const figures = new Figures()
  return { history, rpc: history, catalogue, access, audit, figures, routes, ui, logger, options, clientOptions }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      const text = `port ${port} of ${host} is taken, so the page cannot be there: choose another one with --http-port`
      throw new WebError("port-taken", text, { cause: error })
    }
    throw new WebError("listen", `cannot listen on ${host} port ${port}: ${(error as Error).message}`, { cause: error })
  }
}

function addressOf({ host, prefix }: ResolvedOptions, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}${prefix}`
}
