import { once } from "node:events"
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"

interface Scope {
  onTestFinished(end: () => unknown): void
}

/** How a proxy stands before a server. */
export interface ProxyOptions {
  /** Where the server is, without a path. */
  readonly target: string
  /** Host that people use, which `X-Forwarded-Host` tells. */
  readonly publicHost: string
  /** Whether the server sees it as `Host`; otherwise that is the server's own. */
  readonly keepsHost: boolean
}

/** A reverse proxy as nginx is one, at which ann, an operator, has logged in: requests, streams and WebSockets go on as they come. Ends with the test. Resolves with its address. */
export async function startReverseProxy(t: Scope, options: ProxyOptions): Promise<string> {
  const server = createServer((incoming, answer) => {
    const onward = forward(incoming, options)
    onward.on("response", (upstream) => {
      answer.writeHead(upstream.statusCode ?? 502, upstream.headers)
      upstream.pipe(answer)
    })
    onward.on("error", () => (answer as ServerResponse).destroy())
    answer.on("close", () => onward.destroy())
    incoming.pipe(onward)
  })
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket) => {
    const onward = forward(incoming, options)
    onward.on("upgrade", (upstream, upstreamSocket: Socket) => {
      const lines = upstream.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []))
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`)
      socket.pipe(upstreamSocket).pipe(socket)
      socket.on("error", () => upstreamSocket.destroy())
      upstreamSocket.on("error", () => socket.destroy())
    })
    onward.on("response", ({ statusCode }) => socket.end(`HTTP/1.1 ${statusCode} Refused\r\ncontent-length: 0\r\n\r\n`))
    onward.on("error", () => socket.destroy())
    onward.end()
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  t.onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function forward(incoming: IncomingMessage, { target, publicHost, keepsHost }: ProxyOptions) {
  const { hostname, port, host } = new URL(target)
  const headers = {
    ...incoming.headers,
    host: keepsHost ? publicHost : host,
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": publicHost,
    "x-remote-user": "ann",
    "x-remote-role": "operator",
  }
  return request({ hostname, port, path: incoming.url, method: incoming.method, headers })
}
