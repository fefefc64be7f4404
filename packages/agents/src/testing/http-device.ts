import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { onTestEnd, type TestScope } from "@metricq/testkit"

/** Answers a request; what it does not end hangs. */
export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A web server that a test plays a device with. It ends with the test. */
export class HttpDevice {
  /** What was asked for: method and path, in order. */
  readonly asked: string[] = []
  handler: Handler
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port = 0

  private constructor(handler: Handler) {
    this.handler = handler
    this.#server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`)
      let body = ""
      request.on("data", (chunk) => {
        body += chunk
      })
      request.on("end", () => this.handler(request, response, body))
    })
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket)
      socket.on("close", () => this.#sockets.delete(socket))
    })
  }

  static async start(t: TestScope, handler: Handler): Promise<HttpDevice> {
    const device = new HttpDevice(handler)
    onTestEnd(t, () => device.stop())
    await device.listen()
    return device
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  /** Listen again, where it was before. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Break all connections, and take no more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.resetAndDestroy()
    await closed
  }
}

/** Ends an answer with JSON. */
export function answerJson(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value))
}
