import type { RabbitmqAddress } from "./rabbitmq-node.js"

/** A queue as the HTTP API lists it. */
export interface RabbitmqQueue {
  name: string
  durable: boolean
  exclusive: boolean
}

/** The part of RabbitMQ's HTTP API that tests need: vhosts, users, permissions, connections and queues. */
export class RabbitmqApi {
  readonly #base: string
  readonly #authorization: string

  constructor({ httpPort, user, password }: RabbitmqAddress) {
    this.#base = `http://127.0.0.1:${httpPort}/api`
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
  }

  async createVhost(vhost: string): Promise<void> {
    await this.#send("PUT", ["vhosts", vhost], {})
  }

  /** Removes a vhost with all it holds; its connections are closed. */
  async deleteVhost(vhost: string): Promise<void> {
    await this.#send("DELETE", ["vhosts", vhost])
  }

  /** Makes a user without any tag and without access to any vhost. */
  async createUser(name: string, password: string): Promise<void> {
    await this.#send("PUT", ["users", name], { password, tags: "" })
  }

  async deleteUser(name: string): Promise<void> {
    await this.#send("DELETE", ["users", name])
  }

  /** Lets a user do everything in a vhost. */
  async grant(vhost: string, user: string): Promise<void> {
    await this.#send("PUT", ["permissions", vhost, user], { configure: ".*", write: ".*", read: ".*" })
  }

  /** Closes a user's connections as an operator would: the clients are told `CONNECTION_FORCED`. */
  async closeConnectionsOf(user: string): Promise<void> {
    // The other way, to list a vhost's connections and close each, sees a connection only after five seconds.
    await this.#send("DELETE", ["connections", "username", user])
  }

  async queues(vhost: string): Promise<RabbitmqQueue[]> {
    return (await this.#get(["queues", vhost])) as RabbitmqQueue[]
  }

  async deleteQueue(vhost: string, name: string): Promise<void> {
    await this.#send("DELETE", ["queues", vhost, name])
  }

  async #get(path: string[]): Promise<unknown> {
    const response = await this.#request("GET", path)
    return response.json()
  }

  async #send(method: "PUT" | "DELETE", path: string[], body?: object): Promise<void> {
    const response = await this.#request(method, path, body)
    await response.arrayBuffer()
  }

  async #request(method: string, path: string[], body?: object): Promise<Response> {
    const url = [this.#base, ...path.map(encodeURIComponent)].join("/")
    const response = await fetch(url, {
      method,
      headers: { authorization: this.#authorization, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const gone = method === "DELETE" && response.status === 404
    if (!response.ok && !gone) {
      throw new Error(`RabbitMQ: ${method} /${path.join("/")} answered ${response.status}: ${await response.text()}`)
    }
    return response
  }
}
