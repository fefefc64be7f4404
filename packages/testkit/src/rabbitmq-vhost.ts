import { randomBytes } from "node:crypto"
import { RabbitmqApi } from "./rabbitmq-api.js"
import type { RabbitmqAddress } from "./rabbitmq-node.js"

/** A vhost of its own on a RabbitMQ node that many tests share, with the users made for it. */
export class RabbitmqVhost {
  readonly name: string
  /** A user of this vhost alone, who may do everything in it. */
  readonly user: string
  readonly password: string
  readonly #api: RabbitmqApi
  readonly #users: string[] = []
  readonly #vhosts: string[] = []

  private constructor(name: string, api: RabbitmqApi) {
    this.name = name
    this.user = name
    this.password = randomBytes(6).toString("hex")
    this.#api = api
  }

  /** Makes a vhost with a random name, and its user. */
  static async create(node: RabbitmqAddress): Promise<RabbitmqVhost> {
    const vhost = new RabbitmqVhost(`test-${randomBytes(6).toString("hex")}`, new RabbitmqApi(node))
    await vhost.#addUser(vhost.user, vhost.password)
    await vhost.#addVhost(vhost.name)
    return vhost
  }

  /** Makes a user who may do everything here. Users belong to the whole node, so the name is made unique. */
  async createUser(name: string, password: string): Promise<string> {
    const unique = `${name}.${this.name}`
    await this.#addUser(unique, password)
    return unique
  }

  /** Makes a second vhost for the same users and removes it with this one. Its name is made unique. */
  async createSibling(name: string): Promise<string> {
    const unique = `${this.name}-${name}`
    await this.#addVhost(unique)
    return unique
  }

  /** Asks the node to close every connection; resolves when the requests are answered, the clients are told then. */
  async closeConnections(): Promise<void> {
    await Promise.all(this.#users.map((user) => this.#api.closeConnectionsOf(user)))
  }

  /** Removes what a restart of the node would not bring back: the queues that are not durable. Exclusive ones go with their connections. */
  async forgetTransientQueues(): Promise<void> {
    for (const vhost of this.#vhosts) {
      const queues = await this.#api.queues(vhost)
      const transient = queues.filter(({ durable, exclusive }) => !durable && !exclusive)
      await Promise.all(transient.map(({ name }) => this.#api.deleteQueue(vhost, name)))
    }
  }

  /** Removes the vhosts and the users. */
  async delete(): Promise<void> {
    await Promise.all(this.#vhosts.map((vhost) => this.#api.deleteVhost(vhost)))
    await Promise.all(this.#users.map((user) => this.#api.deleteUser(user)))
  }

  async #addUser(name: string, password: string): Promise<void> {
    await this.#api.createUser(name, password)
    this.#users.push(name)
    for (const vhost of this.#vhosts) await this.#api.grant(vhost, name)
  }

  async #addVhost(name: string): Promise<void> {
    await this.#api.createVhost(name)
    this.#vhosts.push(name)
    for (const user of this.#users) await this.#api.grant(name, user)
  }
}
