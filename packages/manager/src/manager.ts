import {
  Administrators,
  type ClientOptions,
  type Connection,
  consoleLogger,
  type Logger,
  MetricqError,
} from "@metricq/client"
import { ClientLabelBook } from "./client-label-book.js"
import { ClientRegistry } from "./client-registry.js"
import { announcedAddress, ownDataAddress } from "./data-address.js"
import type { DocumentStore } from "./documents/store.js"
import { clientFunctions } from "./functions/client.js"
import { configFunctions } from "./functions/config.js"
import { contestedFunctions } from "./functions/contested.js"
import { dbFunctions } from "./functions/db.js"
import { getMetricsFunctions } from "./functions/get-metrics.js"
import { historyFunctions } from "./functions/history.js"
import { labelFunctions } from "./functions/labels.js"
import { metadataFunctions } from "./functions/metadata.js"
import { queueFunctions } from "./functions/queue.js"
import { sinkFunctions } from "./functions/sink.js"
import { sourceFunctions } from "./functions/source.js"
import { subscriptionFunctions } from "./functions/subscriptions.js"
import { transformerFunctions } from "./functions/transformer.js"
import { ManagerClient } from "./manager-client.js"
import { Contests } from "./metrics/contests.js"
import { MetricCatalog } from "./metrics/metric-catalog.js"
import { QueueRegistry } from "./queues/queue-registry.js"
import { QueueWatch } from "./queues/queue-watch.js"
import type { FunctionGroup, Services } from "./services.js"
import { Topology } from "./topology/topology.js"
import { retentionOf, VersionKeeper, type VersionRetention, type VersionSettings } from "./version-keeper.js"

/** What a manager needs. */
export interface ManagerOptions
  extends Pick<ClientOptions, "connectionTimeout" | "heartbeat" | "tls" | "clientVersion">,
    VersionSettings {
  /** `amqp[s]://user:password@host:port/vhost` of the management network. */
  url: string
  /**
   * Where data travels, as clients are told: `vhost:NAME` for the broker of the management network, or the URL of another.
   * A user and password in it are for the manager alone. Default: the vhost of `url`.
   */
  dataUrl?: string
  /** Configurations, metadata, and the lists of clients and queues. The caller opens and closes them. */
  documents: DocumentStore
  /** AMQP users who may read and change configurations, change metadata and list clients. Default: none. */
  administrators?: readonly string[]
  /** Most bytes that wait in a queue which outlives its consumer (`keep` of `sink.subscribe`). Default 64 MiB. */
  keptQueueBytes?: number
  /** Default: warnings and errors on standard error. */
  logger?: Logger
}

/**
 * The manager of a MetricQ network: hands out configurations, makes queues and bindings, keeps the metadata of metrics.
 *
 * Life cycle: `start()` once, then `stop()`, also from within callbacks and more than once. A lost connection is restored by
 * itself; requests made meanwhile wait in the queue `management`. There is one manager in a network: the token `manager` is
 * taken by the first.
 */
export class Manager {
  readonly #options: ManagerOptions
  readonly #logger: Logger
  readonly #client: ManagerClient
  readonly #data: Connection
  readonly #retention: VersionRetention
  #catalog: MetricCatalog | undefined
  #clients: ClientRegistry | undefined
  #queues: QueueRegistry | undefined
  #queueWatch: QueueWatch | undefined
  #versions: VersionKeeper | undefined
  #started = false
  #stopping: Promise<void> | undefined

  /** @throws {DataError} for a URL that is none; {RangeError} for settings out of their bounds */
  constructor(options: ManagerOptions) {
    this.#options = options
    this.#retention = retentionOf(options)
    this.#logger = options.logger ?? consoleLogger("warn")
    const { url, dataUrl, connectionTimeout, heartbeat, tls, clientVersion } = options
    this.#client = new ManagerClient({ url, connectionTimeout, heartbeat, tls, clientVersion, logger: this.#logger })
    this.#data = this.#client.openedTo(ownDataAddress(url, dataUrl))
  }

  /** The management URL, with `******` for the password. */
  get url(): string {
    return this.#client.url
  }

  /** What clients are told as the address of the data network. */
  get dataServerAddress(): string {
    return announcedAddress(this.#options.url, this.#options.dataUrl)
  }

  /**
   * Read the index of metrics, connect, make exchanges and queues, and answer from then on.
   *
   * @throws {ConnectFailed} with a code that says why, `token-in-use` if there is a manager already; {StorageError}. It has stopped then.
   * @throws {MetricqError} `started-before`
   */
  async start(): Promise<void> {
    if (this.#started || this.#stopping)
      throw new MetricqError("started-before", "a manager starts once: make a new one")
    this.#started = true
    try {
      const { documents } = this.#options
      this.#catalog = await MetricCatalog.open(documents)
      this.#clients = await ClientRegistry.open(documents, this.#logger)
      this.#queues = await QueueRegistry.open(documents, this.#logger)
      const labels = await ClientLabelBook.open(documents)
      const services = this.#services({ catalog: this.#catalog, clients: this.#clients, queues: this.#queues, labels })
      this.#client.serve(allFunctions(services), this.#clients)
      await this.#data.connect()
      await this.#client.connect()
      services.queueWatch.start()
      services.versions.start()
      this.#client.stopped().catch((error: unknown) => this.stop(error))
      this.#logger.info("manager started", { url: this.url, data: this.dataServerAddress, metrics: this.#catalog.size })
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Answer what is under way, within a second, and disconnect. The documents stay open: they are the caller's. */
  stop(error?: unknown): Promise<void> {
    this.#stopping ??= this.#shut(error)
    return this.#stopping
  }

  /** Resolves when the manager has stopped; rejects with `AgentStopped` if an error has stopped it. */
  stopped(): Promise<void> {
    return this.#client.stopped()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #shut(error: unknown): Promise<void> {
    this.#queueWatch?.stop()
    await this.#versions?.stop()
    await this.#client.stop(error)
    await this.#data.close()
    await this.#catalog?.close()
    await this.#clients?.close()
    await this.#queues?.close()
  }

  #services(kept: Pick<Services, "catalog" | "clients" | "queues" | "labels">): Services {
    const { documents, administrators = [], keptQueueBytes = 64 * 1024 * 1024 } = this.#options
    const topology = new Topology(this.#data, this.#logger)
    this.#queueWatch = new QueueWatch(kept.queues, topology)
    this.#versions = new VersionKeeper(documents, kept.clients, this.#retention, this.#logger)
    return {
      ...kept,
      documents,
      contests: new Contests(),
      versions: this.#versions,
      topology,
      queueWatch: this.#queueWatch,
      administrators: new Administrators(administrators, "the manager's settings"),
      network: this.#client,
      logger: this.#logger,
      dataServerAddress: this.dataServerAddress,
      keptQueueBytes,
    }
  }
}

function allFunctions(services: Services): FunctionGroup {
  return {
    ...sourceFunctions(services),
    ...transformerFunctions(services),
    ...sinkFunctions(services),
    ...dbFunctions(services),
    ...historyFunctions(services),
    ...getMetricsFunctions(services),
    ...configFunctions(services),
    ...metadataFunctions(services),
    ...contestedFunctions(services),
    ...clientFunctions(services),
    ...labelFunctions(services),
    ...subscriptionFunctions(services),
    ...queueFunctions(services),
  }
}
