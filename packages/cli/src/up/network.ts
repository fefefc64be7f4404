import { randomBytes } from "node:crypto"
import { hostname } from "node:os"
import { join } from "node:path"
import { createAgent, findKind } from "@metricq/agents"
import { Broker } from "@metricq/broker"
import { type JsonObject, type Logger, type LogLevel, maskUrl } from "@metricq/client"
import { type DocumentStore, Manager, type VersionSettings } from "@metricq/manager"
import type { WebServerOptions } from "@metricq/web"
import { CommandError } from "../errors.js"
import { bracketed, userOf } from "../network/server.js"
import { type DocumentsOptions, openPlace } from "../options/documents.js"
import { removeRuntimeFile, writeRuntimeFile } from "../settings/runtime-file.js"
import { kindCatalogue } from "../web/kind-catalogue.js"
import { AgentRunner, agentOptions } from "./agent-runner.js"
import { DatabaseThread } from "./database-thread.js"
import { metricComponent } from "./demo.js"
import type { NetworkAgent } from "./network-file.js"

/** AMQP user that the services of a `metricq up` log in as, and that administers its network. */
export const ADMINISTRATOR = "metricq-admin"

/** What `metricq up` runs. */
export interface NetworkOptions {
  /** Folder of the broker's definitions and of the documents; made if it is not there. */
  readonly dataFolder: string
  /** Where the documents are; default: in the data folder. */
  readonly documents?: DocumentsOptions
  /** Address and port of the embedded broker; port 0 means any free one. */
  readonly host: string
  readonly amqpPort: number
  /** Users of the embedded broker and their passwords; default: guest, on loopback only. */
  readonly users?: Readonly<Record<string, string>>
  /** Use this broker, and embed none. */
  readonly brokerUrl?: string
  /** AMQP users that may administer, besides the one the services log in as. */
  readonly administrators: readonly string[]
  /** How long the manager keeps versions of configurations. */
  readonly versions?: VersionSettings
  readonly agents: readonly NetworkAgent[]
  /** The database, and its first configuration; default: none runs. */
  readonly database?: NetworkDatabase
  /** The web page. Default: there is none. */
  readonly page?: NetworkPage
  readonly logger: Logger
  /** Called for each service that has started, or that has something to tell. */
  onService(name: string, text: string): void
  /** Called for an agent or a database that has stopped by itself. */
  onTrouble(text: string): void
}

/** Where the web page of a network is, and who may ask it; port 0 means any free one. */
export type NetworkPage = Pick<
  WebServerOptions,
  "port" | "host" | "publicUrl" | "trustedHeader" | "trustedProxies" | "corsOrigins" | "oidc"
>

/** The database of a network. */
export interface NetworkDatabase {
  readonly token: string
  /** Stored if there is none for its token yet. */
  readonly config: JsonObject
  readonly logLevel: LogLevel
}

/**
 * Broker, documents, manager, web page, database and agents in this process.
 *
 * Life cycle: `start()` once; if it rejects, what had been started is stopped again. `stop()` ends everything in the opposite order;
 * calling it again waits for the first.
 */
export class Network {
  readonly #options: NetworkOptions
  readonly #closers: (() => Promise<void> | void)[] = []
  #url = ""
  #webAddress: string | undefined
  #manager: Manager | undefined
  #stopped: Promise<void> | undefined

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  /** Where clients connect to; without user and password if the broker is embedded, with a masked password otherwise. */
  get url(): string {
    return this.#url
  }

  /** Where the web page is; undefined without one. */
  get webAddress(): string | undefined {
    return this.#webAddress
  }

  /**
   * Start all services and wait until each of them works, or, for an agent, has failed for the first time.
   *
   * @throws the errors of the services: a taken port, a folder in use, a broker that cannot be reached
   */
  async start(): Promise<void> {
    try {
      const documents = await this.#openDocuments()
      this.#checkWanted()
      const { agents, database } = this.#options
      if (database !== undefined) await storeConfig(documents, { ...database, initialOnly: true })
      for (const agent of agents) await storeConfig(documents, agent)
      this.#checkWanted()
      const url = await this.#findBroker()
      this.#checkWanted()
      await this.#startManager(url, documents)
      this.#checkWanted()
      await this.#startWeb(url)
      this.#checkWanted()
      if (database !== undefined) await this.#startDatabase(url, database)
      this.#checkWanted()
      await this.#startAgents(url)
      this.#checkWanted()
    } catch (error) {
      await this.#close()
      throw error
    }
  }

  /** Rejects when the manager has lost the network for good, and all with it; resolves when it was stopped. */
  async stopped(): Promise<void> {
    await this.#manager?.stopped()
  }

  /** Stop all services, the last one started first. A start that is under way stops what it was at, and rejects. */
  stop(): Promise<void> {
    this.#stopped ??= this.#close()
    return this.#stopped
  }

  #checkWanted(): void {
    if (this.#stopped !== undefined) throw new CommandError("stopped", "stopped while it was starting")
  }

  async #close(): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures)
  }

  async #openDocuments(): Promise<DocumentStore> {
    const { dataFolder, documents: named, logger, onService } = this.#options
    const place = named?.documents ?? join(dataFolder, "documents")
    const documents = await openPlace({ ...named, documents: place }, logger)
    this.#closers.push(() => documents.close())
    onService("documents", maskUrl(place))
    return documents
  }

  /** The address that the services connect to, with user and password. */
  async #findBroker(): Promise<string> {
    const { brokerUrl } = this.#options
    if (brokerUrl === undefined) return this.#startBroker()
    this.#url = maskUrl(brokerUrl)
    this.#options.onService("broker", this.#url)
    return brokerUrl
  }

  async #startBroker(): Promise<string> {
    const { host, amqpPort, dataFolder, users, logger } = this.#options
    const password = randomBytes(24).toString("base64url")
    const broker = new Broker({
      host,
      port: amqpPort,
      dataDir: join(dataFolder, "broker"),
      users: { ...(users ?? { guest: "guest" }), [ADMINISTRATOR]: password },
      logger,
    })
    await broker.start()
    this.#closers.push(() => broker.stop())
    const own = loopbackOf(host)
    const path = writeRuntimeFile(
      { pid: process.pid, host: own, port: broker.port, user: ADMINISTRATOR, password },
      process.env,
    )
    this.#closers.push(() => removeRuntimeFile(path, process.pid))
    this.#url = `amqp://${bracketed(host)}:${broker.port}/`
    this.#options.onService("broker", `${this.#url} (embedded)`)
    return `amqp://${ADMINISTRATOR}:${password}@${bracketed(own)}:${broker.port}/`
  }

  async #startManager(url: string, documents: DocumentStore): Promise<void> {
    const { versions, logger } = this.#options
    const administrators = administratorsOf(url, this.#options.administrators)
    const manager = new Manager({ url, documents, administrators, logger, ...versions })
    await manager.start()
    this.#manager = manager
    this.#closers.push(() => manager.stop())
    const count = (await documents.configs()).length
    const nobody = administrators.length === 0 ? "; nobody may change them: name --administrators" : ""
    this.#options.onService("manager", `${count} configuration${count === 1 ? "" : "s"}${nobody}`)
  }

  /** As an administrator, so that configurations can be changed in it. */
  async #startWeb(url: string): Promise<void> {
    const { page, logger, onService } = this.#options
    if (page === undefined) return
    const { WebServer } = await import("@metricq/web")
    const folder = join(this.#options.dataFolder, "web")
    const healthPrefix = `${metricComponent(hostname())}.`
    const kinds = kindCatalogue()
    const server = new WebServer({ ...page, url, folder, healthPrefix, kinds, logger, stopTimeout: 1 })
    await server.start()
    this.#closers.push(() => server.stop())
    this.#webAddress = server.address
    onService("web", server.address)
  }

  /** Before the agents, so that their first points are stored. */
  async #startDatabase(url: string, { token, logLevel }: NetworkDatabase): Promise<void> {
    const { dataFolder, logger, onService, onTrouble } = this.#options
    const folder = join(dataFolder, "timeline")
    const administrators = administratorsOf(url, this.#options.administrators)
    const first = new DatabaseThread({ token, url, folder, administrators, logLevel, logger })
    let current = first
    this.#closers.push(() => current.stop())
    await first.connect()
    let isFirst = true
    const runner = new AgentRunner({
      token,
      create: async () => {
        if (!isFirst) current = first.successor()
        isFirst = false
        return current
      },
      onRunning: () =>
        onService("database", `${folder} (${current.metrics} metric${current.metrics === 1 ? "" : "s"})`),
      onTrouble: (reason, retryMs) => onTrouble(`database: ${reason}; it is started again in ${retryMs / 1000} s`),
    })
    this.#closers.push(() => runner.stop())
    await runner.start()
  }

  async #startAgents(url: string): Promise<void> {
    const runners = await Promise.all(this.#options.agents.map((agent) => this.#makeRunner(agent, url)))
    this.#closers.push(async () => {
      await Promise.all(runners.map((runner) => runner.stop()))
    })
    await Promise.all(runners.map((runner) => runner.start()))
  }

  async #makeRunner({ token, kind }: NetworkAgent, url: string): Promise<AgentRunner> {
    const { logger, onService, onTrouble } = this.#options
    const found = await findKind(kind)
    return new AgentRunner({
      token,
      create: async () => createAgent(found, agentOptions({ token, url, logger })),
      onRunning: () => onService("agent", token === kind ? token : `${token} (${kind})`),
      onTrouble: (reason, retryMs) =>
        onTrouble(`agent ${token}: ${reason}; it is started again in ${retryMs / 1000} s`),
    })
  }
}

async function storeConfig(
  documents: DocumentStore,
  { token, config, initialOnly }: Omit<NetworkAgent, "kind">,
): Promise<void> {
  if (config === undefined) return
  if (initialOnly && (await documents.config(token))) return
  await documents.putConfig(token, config, { author: "metricq up" })
}

/** Those named, and whom the services log in as, unless that is a user whose password everybody knows. */
function administratorsOf(url: string, named: readonly string[]): string[] {
  const own = userOf(url)
  return [...new Set(own === "guest" ? named : [own, ...named])]
}

/** Where this machine reaches what listens on `host`. */
function loopbackOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1"
  if (host === "::") return "::1"
  return host
}
