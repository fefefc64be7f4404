import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createSecureServer } from "node:https"
import type { JsonObject } from "@metricq/client"
import { nodeTlsOptions } from "../kit/fields/tls.js"
import type { TargetState } from "../kit/polling/target-state.js"
import type { Feed } from "../kit/push/feed.js"
import { keepOpen } from "../kit/push/keep-open.js"
import { secretText } from "../kit/secret-text.js"
import { AllowList } from "./allow-list.js"
import type { HttpConfig } from "./config.js"
import { showsToken } from "./http-access.js"
import { type Answer, lineAnswer, sendAnswer, sendJson } from "./http-answer.js"
import { bodyOf } from "./http-body.js"
import { listen } from "./listening.js"
import { precisionOf } from "./precision.js"
import { Reception, type ReceptionContext } from "./reception.js"

const HEADERS_MS = 10_000
const REQUEST_MS = 60_000
const LINGER_MS = 1000
const MAX_HEADER_BYTES = 16 * 1024
const RETRY = { "retry-after": "10" }

/** The write API of Influx 1 and 2. */
export class HttpFeed implements Feed {
  readonly key: string
  readonly #config: HttpConfig
  readonly #allowed: AllowList
  readonly #reception: Reception
  #token: string | undefined
  #signal: AbortSignal = new AbortController().signal

  constructor(config: HttpConfig, context: ReceptionContext) {
    this.key = JSON.stringify(["http", config, context.maxLine])
    this.#config = config
    this.#allowed = new AllowList(config.allow)
    this.#reception = new Reception("http", context)
  }

  get state(): TargetState {
    return this.#reception.state
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal
    const { state, failures } = this.#reception
    await keepOpen({ state, failures, signal, session: (signal, opened) => this.#listen(signal, opened) })
  }

  details(): JsonObject {
    return this.#reception.details()
  }

  async #listen(signal: AbortSignal, opened: () => void): Promise<void> {
    const { token, tls } = this.#config
    this.#token = token === undefined ? undefined : secretText(token)
    const options = { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS }
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response)
    const server =
      tls === undefined
        ? createServer(options, serve)
        : createSecureServer({ ...options, ...nodeTlsOptions(tls), requestCert: tls.ca !== undefined }, serve)
    server.maxConnections = this.#config.max_connections
    server.on("drop", (from) => this.#reception.refused(from?.remoteAddress, "too many connections"))
    await listen(server, this.#config, signal, opened)
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => undefined)
    response.on("error", () => undefined)
    try {
      const url = new URL(request.url ?? "/", "http://listener")
      const refusal = this.#refusal(request, url)
      if (refusal !== undefined) this.#refuse(request, response, refusal)
      else if (isWrite(url.pathname)) await this.#write(request, response, url.searchParams)
      else this.#other(request, response, url)
    } catch (error) {
      this.#refuse(request, response, { status: 400, message: (error as Error).message })
    }
  }

  /** Who may not, or not like this. A page in a browser can send to this machine; a writer is no page. */
  #refusal(request: IncomingMessage, url: URL): Answer | undefined {
    const { method, headers, socket } = request
    if (!this.#allowed.has(socket.remoteAddress) || headers.origin !== undefined)
      return { status: 403, code: "forbidden", message: "this sender may not write here" }
    if (isOpen(url.pathname)) return undefined
    if (this.#token !== undefined && !showsToken(request, url.searchParams, this.#token))
      return { status: 401, code: "unauthorized", message: "unauthorized access" }
    return isWrite(url.pathname) && method !== "POST"
      ? { status: 405, code: "method not allowed", message: "write with POST", headers: { allow: "POST" } }
      : undefined
  }

  async #write(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const begunMs = performance.now()
    const precision = precisionOf(query.get("precision") || "ns")
    const body = bodyOf(request)
    if (precision === undefined)
      return this.#refuse(request, response, { status: 400, message: "invalid precision: ns, us, ms or s" })
    if (body === undefined)
      return this.#refuse(request, response, {
        status: 415,
        message: "the encoding is not known: gzip, deflate or none",
      })
    const { stream, result } = this.#reception.lines(precision)
    let bytes = 0
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > this.#config.max_body)
        return this.#refuse(request, response, { status: 413, message: "Request Entity Too Large" })
      if (!(await this.#reception.room(this.#signal, this.#reception.roomMs)))
        return this.#refuse(request, response, {
          status: 503,
          code: "unavailable",
          message: "MetricQ's broker does not take points: try again later",
          headers: RETRY,
        })
      stream.push(chunk)
    }
    stream.end()
    const answer = lineAnswer(result)
    sendAnswer(response, answer)
    if (result.taken > 0 || result.bad === 0) this.#reception.received((performance.now() - begunMs) / 1000)
    if (answer.message !== undefined) this.#reception.refused(request.socket.remoteAddress, answer.message)
  }

  /** What writers ask before they write. */
  #other({ method }: IncomingMessage, response: ServerResponse, { pathname, searchParams }: URL): void {
    if (pathname === "/ping") {
      if (searchParams.get("verbose") === "true") sendJson(response, 200, { version: "1.8.10" })
      else sendAnswer(response, { status: 204 })
    } else if (pathname === "/health") sendJson(response, 200, { name: "influxdb", message: "ready", status: "pass" })
    else if (pathname === "/ready") sendJson(response, 200, { status: "ready" })
    // Databases need not be created; queries have nothing to find here.
    else if (pathname === "/query" && method === "POST") sendJson(response, 200, { results: [{ statement_id: 0 }] })
    else sendAnswer(response, { status: 404, code: "not found", message: `there is no ${pathname.slice(0, 100)}` })
  }

  /** Whatever is still to come of the request is thrown away, for a second: so the answer arrives before the connection ends. */
  #refuse(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    this.#reception.refused(request.socket.remoteAddress, answer.message ?? String(answer.status))
    if (response.headersSent || response.destroyed) return
    sendAnswer(response, { ...answer, headers: { ...answer.headers, connection: "close" } })
    if (request.complete) return
    request.unpipe()
    request.resume()
    setTimeout(() => request.destroy(), LINGER_MS).unref()
  }
}

function isWrite(path: string): boolean {
  return path === "/write" || path === "/api/v2/write"
}

function isOpen(path: string): boolean {
  return path === "/ping" || path === "/health" || path === "/ready"
}
