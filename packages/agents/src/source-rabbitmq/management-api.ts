import { type JsonObject, MetricqError } from "@metricq/client"
import { HttpHost } from "../kit/http/http-host.js"
import { secretText } from "../kit/secret-text.js"
import type { RabbitmqConfig } from "./config.js"

/** RabbitMQ's management API. */
export class ManagementApi {
  readonly #host: HttpHost
  readonly #base: string
  readonly #headers: Readonly<Record<string, string>>

  /** @throws {MetricqError} `secret` */
  constructor({ host, username, password, verify_ssl: verifySsl }: RabbitmqConfig) {
    const url = new URL(host)
    this.#host = new HttpHost(url.origin, { verifySsl, connections: 2 })
    this.#base = url.pathname.replace(/\/$/, "")
    this.#headers =
      username === undefined || password === undefined ? {} : basicAuthorization(username, secretText(password))
  }

  /**
   * The objects of a list, such as `queues/%2F`; one object is a list of one.
   *
   * @throws {MetricqError} `http-status`, `http`; the signal's reason
   */
  async list(path: string, signal: AbortSignal): Promise<JsonObject[]> {
    const { status, text } = await this.#host.request(`${this.#base}/api/${path}`, { headers: this.#headers, signal })
    if (status !== 200) throw new MetricqError("http-status", `/api/${path}: answered with ${status}`)
    try {
      return [JSON.parse(text)].flat()
    } catch (cause) {
      throw new MetricqError("http", `/api/${path}: the answer is no JSON`, { cause })
    }
  }

  async close(): Promise<void> {
    await this.#host.close()
  }
}

function basicAuthorization(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` }
}
