import { setTimeout as sleep } from "node:timers/promises"
import type { BrokerBackend } from "./broker-backend.js"
import type { RabbitmqAddress } from "./rabbitmq-node.js"
import { RabbitmqVhost } from "./rabbitmq-vhost.js"

const CLOSE_TIMEOUT_MS = 5_000
const POLL_MS = 20

/**
 * A vhost on a RabbitMQ node that other tests use too, so its end is only played: connections are closed, transient queues are
 * removed. Persistent messages in durable queues stay, as they would; so do others, which a real restart would lose.
 */
export class RabbitmqBackend implements BrokerBackend {
  readonly port: number
  readonly #vhost: RabbitmqVhost
  readonly #openConnections: () => number

  private constructor(port: number, vhost: RabbitmqVhost, openConnections: () => number) {
    this.port = port
    this.#vhost = vhost
    this.#openConnections = openConnections
  }

  /** @param openConnections how many clients are connected, to know when the last has been closed */
  static async create(node: RabbitmqAddress, openConnections: () => number): Promise<RabbitmqBackend> {
    return new RabbitmqBackend(node.amqpPort, await RabbitmqVhost.create(node), openConnections)
  }

  get vhost(): string {
    return this.#vhost.name
  }

  get user(): string {
    return this.#vhost.user
  }

  get password(): string {
    return this.#vhost.password
  }

  createUser(name: string, password: string): Promise<string> {
    return this.#vhost.createUser(name, password)
  }

  createVhost(name: string): Promise<string> {
    return this.#vhost.createSibling(name)
  }

  async start(): Promise<void> {}

  /** Connections still open after five seconds are left to the proxy. */
  async shutDown(): Promise<void> {
    const deadline = Date.now() + CLOSE_TIMEOUT_MS
    while (this.#openConnections() > 0 && Date.now() < deadline) {
      await this.#vhost.closeConnections()
      await sleep(POLL_MS)
    }
    await this.#vhost.forgetTransientQueues()
  }

  async crash(): Promise<void> {
    await this.#vhost.forgetTransientQueues()
  }

  async close(): Promise<void> {
    await this.#vhost.delete()
  }
}
