import { type Client, type JsonObject, type Logger, silentLogger } from "@metricq/client"
import { type DocumentStore, Manager } from "@metricq/manager"
import { NetworkUnderTest } from "./network-under-test.js"
import type { TestBroker, TestUser } from "./test-broker.js"
import type { TestScope } from "./test-scope.js"

/** What a `TestNetwork` is made of; `startNetwork()` puts it together. */
export interface TestNetworkParts {
  broker: TestBroker
  admin: TestUser
  documents: DocumentStore
  dataUrl?: string
  logger?: Logger
}

/** A whole network that belongs to one test: broker, manager, and the agents that the test makes with its help. */
export class TestNetwork extends NetworkUnderTest {
  readonly broker: TestBroker
  /** A user who may use `config.*` and the other functions of administrators. */
  readonly admin: TestUser
  /** Where the manager keeps its documents. */
  readonly documents: DocumentStore
  readonly #dataUrl: string | undefined
  readonly #logger: Logger
  #manager: Manager | undefined
  #adminClient: Promise<Client> | undefined

  constructor(t: TestScope, { broker, admin, documents, dataUrl, logger = silentLogger }: TestNetworkParts) {
    super(t, logger)
    this.broker = broker
    this.admin = admin
    this.documents = documents
    this.#dataUrl = dataUrl
    this.#logger = logger
  }

  /** Where agents connect to, as an ordinary user; user and password are in it. */
  get url(): string {
    return this.broker.url
  }

  /** Starts the manager, if it does not run. */
  async startManager(): Promise<void> {
    if (this.#manager !== undefined) return
    this.#manager = new Manager({
      url: this.url,
      dataUrl: this.#dataUrl,
      documents: this.documents,
      administrators: [this.admin.name],
      logger: this.#logger,
    })
    await this.#manager.start()
  }

  /** Stops the manager, if it runs; agents that are connected stay so. */
  async stopManager(): Promise<void> {
    const manager = this.#manager
    this.#manager = undefined
    await manager?.stop()
  }

  async configure(token: string, config: JsonObject): Promise<void> {
    const admin = await this.adminClient()
    await admin.rpc("config.set", { token, config })
  }

  /** A connected client with the rights of an administrator; the same one for each call. */
  adminClient(): Promise<Client> {
    this.#adminClient ??= this.client("test-admin", { url: this.admin.url })
    return this.#adminClient
  }
}
