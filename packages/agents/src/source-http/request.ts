import { MetricqError } from "@metricq/client"
import type { HttpAnswer, HttpHost, HttpRequest } from "../kit/http/http-host.js"
import type { HttpMetricConfig } from "./config.js"
import type { Login } from "./login.js"
import { readJson } from "./parsers/json.js"
import { readOpenbmc } from "./parsers/openbmc.js"
import { Answer, type ReadValue } from "./parsers/parser.js"
import { readPrometheus } from "./parsers/prometheus-text.js"
import { readRegex } from "./parsers/regex.js"
import { readSidecooler } from "./parsers/sidecooler.js"

/** One request and the metrics that are read from its answer. */
export class MetricRequest {
  readonly path: string
  readonly #request: Omit<HttpRequest, "signal">
  readonly #values = new Map<string, ReadValue>()

  /** The request of this metric; others that have the same can be added. */
  constructor({ path, method, headers, body }: HttpMetricConfig) {
    this.path = pathOf(path)
    this.#request = { method, ...(headers && { headers }), ...(body !== undefined && { body }) }
  }

  /** What must be equal for metrics to share a request. */
  static key({ path, method, headers, body }: HttpMetricConfig): string {
    return JSON.stringify([pathOf(path), method, headers, body])
  }

  add(metric: string, config: HttpMetricConfig): void {
    const { scale = 1, offset = 0 } = config
    const read = readerOf(config)
    this.#values.set(metric, (answer) => read(answer) * scale + offset)
  }

  get metrics(): Iterable<string> {
    return this.#values.keys()
  }

  /**
   * Asks, and asks once more after a new login if the first answer is 401 or 403.
   *
   * @throws {MetricqError} `http-status` for every other status than 2xx; what the host throws
   */
  async answer(host: HttpHost, login: Login, signal: AbortSignal): Promise<Answer> {
    let answer = await this.#ask(host, login, signal)
    if ((answer.status === 401 || answer.status === 403) && (await login.enter(host, signal)))
      answer = await this.#ask(host, login, signal)
    const { status, text } = answer
    if (status < 200 || status > 299)
      throw new MetricqError("http-status", `${this.#request.method} ${this.path}: answered with ${status}`)
    return new Answer(text)
  }

  /** Sends the values of an answer; those that are not in it are told one by one. */
  read(
    answer: Answer,
    send: (metric: string, value: number) => void,
    missing: (metric: string, error: unknown) => void,
  ): void {
    for (const [metric, read] of this.#values) {
      try {
        send(metric, read(answer))
      } catch (error) {
        missing(metric, error)
      }
    }
  }

  #ask(host: HttpHost, login: Login, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { ...this.#request.headers, ...login.headers }
    return host.request(this.path, { ...this.#request, headers, signal })
  }
}

function pathOf(path: string): string {
  return path.startsWith("/") ? path : `/${path}`
}

function readerOf(config: HttpMetricConfig): ReadValue {
  switch (config.plugin) {
    case "json":
      return readJson(config.plugin_params)
    case "openbmc":
      return readOpenbmc()
    case "sidecooler":
      return readSidecooler(config.plugin_params)
    case "prometheus":
      return readPrometheus(config.plugin_params)
    case "regex":
      return readRegex(config.plugin_params)
  }
}
