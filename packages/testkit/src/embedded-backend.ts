import { Broker, type BrokerOptions } from "@metricq/broker"
import type { BrokerBackend } from "./broker-backend.js"

/** The embedded broker in this process, on a free port; each start makes a new one over the same folder. */
export class EmbeddedBackend implements BrokerBackend {
  readonly vhost = "/"
  readonly user = "guest"
  readonly password = "guest"
  readonly #options: BrokerOptions
  #broker: Broker

  private constructor(options: BrokerOptions) {
    this.#options = { ...options, host: "127.0.0.1", port: 0 }
    this.#broker = new Broker(this.#options)
  }

  /** @param options with a `dataDir`, so that definitions outlive a restart */
  static async create(options: BrokerOptions): Promise<EmbeddedBackend> {
    const backend = new EmbeddedBackend(options)
    await backend.#broker.start()
    return backend
  }

  get port(): number {
    return this.#broker.port
  }

  async createUser(name: string, password: string): Promise<string> {
    await this.#broker.addUser(name, password)
    return name
  }

  async createVhost(name: string): Promise<string> {
    await this.#broker.addVhost(name)
    return name
  }

  async start(): Promise<void> {
    this.#broker = new Broker(this.#options)
    await this.#broker.start()
  }

  async shutDown(): Promise<void> {
    await this.#broker.stop()
  }

  /** A process cannot kill a part of itself; for the broker's side of it, take `BrokerProcess`. */
  async crash(): Promise<void> {
    await this.#broker.stop()
  }

  async close(): Promise<void> {
    await this.#broker.stop()
  }
}
