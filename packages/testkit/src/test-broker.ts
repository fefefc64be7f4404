import type { BrokerBackend } from "./broker-backend.js"
import type { BrokerKind } from "./broker-kinds.js"
import type { FaultProxy } from "./fault-proxy.js"

/** A user of a test's broker. */
export interface TestUser {
  /** As the broker knows it; on RabbitMQ, whose users belong to the whole node, it has a suffix. */
  name: string
  password: string
  /** The broker's address with this user's name and password in it. */
  url: string
}

/**
 * A broker that belongs to one test, behind a proxy that can make its network misbehave.
 *
 * Its address stays the same over `kill()`, `stop()`, `start()` and `restart()`. Exchanges, durable queues, bindings and users
 * outlive them. Made by `startBroker()`, which also ends it.
 */
export class TestBroker {
  readonly kind: BrokerKind
  /** What stands between the clients and the broker. */
  readonly proxy: FaultProxy
  readonly #backend: BrokerBackend
  #running = true

  constructor(kind: BrokerKind, backend: BrokerBackend, proxy: FaultProxy) {
    this.kind = kind
    this.proxy = proxy
    this.#backend = backend
  }

  get host(): string {
    return this.proxy.host
  }

  get port(): number {
    return this.proxy.port
  }

  /** The test's vhost: "/" on the embedded broker, one of its own on RabbitMQ. */
  get vhost(): string {
    return this.#backend.vhost
  }

  /** Who `url` logs in as, and who may do everything: guest on the embedded broker, one of the test's own on RabbitMQ. */
  get user(): string {
    return this.#backend.user
  }

  /** The address, with user and password in it. */
  get url(): string {
    return this.urlOf(this.user, this.#backend.password)
  }

  /** The address for a user, in the test's vhost or another one. */
  urlOf(name: string, password: string, vhost: string = this.vhost): string {
    const path = vhost === "/" ? "" : encodeURIComponent(vhost)
    return `amqp://${encodeURIComponent(name)}:${encodeURIComponent(password)}@${this.host}:${this.port}/${path}`
  }

  /** Makes a user who may do everything in the test's vhosts. */
  async createUser(name: string, password: string): Promise<TestUser> {
    const actual = await this.#backend.createUser(name, password)
    return { name: actual, password, url: this.urlOf(actual, password) }
  }

  /** Makes another vhost, in which the test's users may do everything; resolves to its actual name. */
  async createVhost(name: string): Promise<string> {
    return this.#backend.createVhost(name)
  }

  /** Ends the broker as an operator would: clients are told, and new ones are turned away until `start()`. */
  async stop(): Promise<void> {
    if (!this.#running) return
    this.#running = false
    this.proxy.refuse()
    await this.#backend.shutDown()
    this.proxy.cut()
  }

  /** Ends the broker as `kill -9` does: clients' connections are reset, new ones are turned away until `start()`. */
  async kill(): Promise<void> {
    if (!this.#running) return
    this.#running = false
    this.proxy.refuse()
    this.proxy.cut()
    await this.#backend.crash()
  }

  /** Brings a stopped or killed broker back at the same address. */
  async start(): Promise<void> {
    if (this.#running) return
    await this.#backend.start()
    this.proxy.retarget({ port: this.#backend.port })
    this.proxy.accept()
    this.#running = true
  }

  /** `start()`, after a `stop()` if it is running. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** Ends broker and proxy for good; `startBroker()` has arranged for it. */
  async close(): Promise<void> {
    this.#running = false
    await this.proxy.stop()
    await this.#backend.close()
  }
}
