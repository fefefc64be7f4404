import { once } from "node:events"
import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { type RabbitmqAddress, RabbitmqNode } from "./rabbitmq-node.js"

/** Names the environment variable by which test processes find the node of their run. */
export const sharedRabbitmqVariable = "METRICQ_TEST_RABBITMQ"

/**
 * The one RabbitMQ node of a test run: lives in the process that runs the tests' processes, and starts with the first
 * request for it. So a run that needs no RabbitMQ does not wait for one.
 */
export class SharedRabbitmq {
  readonly #server: Server
  #node: Promise<RabbitmqNode> | undefined

  private constructor(server: Server) {
    this.#server = server
  }

  /** Opens the desk where the test processes ask for the node. */
  static async open(): Promise<SharedRabbitmq> {
    const server = createServer()
    const shared = new SharedRabbitmq(server)
    server.on("request", (_request, response) => void shared.#answer(response))
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    server.unref()
    return shared
  }

  /** Where to ask; goes into the environment of the test processes. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** Stops the node, if anyone asked for it. */
  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    const node = await this.#node?.catch(() => undefined)
    await node?.stop()
  }

  async #answer(response: ServerResponse): Promise<void> {
    this.#node ??= RabbitmqNode.start()
    try {
      const { address } = await this.#node
      response.end(JSON.stringify(address))
    } catch (error) {
      response.statusCode = 500
      response.end(error instanceof Error ? error.message : String(error))
    }
  }
}

/**
 * The address of this run's RabbitMQ node, which starts with the first call and takes 6 to 10 s for it.
 *
 * @throws {Error} if the run has no `vitest-setup`, or with the reason why the node did not start
 */
export async function sharedRabbitmq(): Promise<RabbitmqAddress> {
  const url = process.env[sharedRabbitmqVariable]
  if (url === undefined) {
    throw new Error(
      `no RabbitMQ node: name "@metricq/testkit/vitest-setup" as globalSetup in vitest's configuration, or pass \`node\` to startBroker()`,
    )
  }
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`RabbitMQ did not start: ${text}`)
  return JSON.parse(text) as RabbitmqAddress
}
