import type { WebSocket } from "@fastify/websocket"
import type { Columns, JsonObject, Metadata } from "@metricq/client"
import { pythonJson, pythonObject } from "../grafana/python-json.js"
import type { Listener } from "../live/channel.js"
import { keepAlive } from "../live/keep-alive.js"
import { socketTransport, tryAgainLater } from "../live/live-socket.js"
import { type LiveService, liveLimits } from "../live/service.js"
import type { Transport } from "../live/transport.js"
import { readSinkRequest } from "./sink-request.js"
import { SinkValues } from "./sink-values.js"

/** How long values gather. */
const flushMs = 200

/** With more than this on its way nothing is sent. */
const backlogLimitBytes = 64 * 1024

/** A client of metricq-sink-websocket, such as `@metricq/live`; it ends with the socket. */
export function serveSinkSocket(service: LiveService, socket: WebSocket): void {
  socket.on("error", () => {})
  let leave: () => void
  try {
    leave = service.enter()
  } catch {
    socket.close(tryAgainLater, "too many viewers")
    return
  }
  const client = new SinkClient(service, socketTransport(socket))
  socket.once("close", () => {
    client.close()
    leave()
  })
  keepAlive(socket, liveLimits.pingMs)
  socket.on("message", (data, isBinary) => {
    if (isBinary) return
    try {
      client.obey(String(data))
    } catch {
      socket.close(1000)
    }
  })
}

/** Metadata of new metrics once for each request, then their values. */
class SinkClient implements Listener {
  readonly #service: LiveService
  readonly #transport: Transport
  /** Whether the metadata has been sent; before that, there are no values. */
  readonly #metrics = new Map<string, boolean>()
  readonly #values = new SinkValues()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(service: LiveService, transport: Transport) {
    this.#service = service
    this.#transport = transport
  }

  /** @throws {Error} for a message that makes no sense, or asks for too much */
  obey(text: string): void {
    const metrics = readSinkRequest(text)
    if (metrics === undefined) return
    const fresh = [...new Set(metrics)].filter((metric) => !this.#metrics.has(metric))
    this.#service.checkRoom(this.#metrics.size, fresh.length)
    for (const metric of fresh) this.#metrics.set(metric, false)
    void this.#introduce(fresh)
  }

  onPoints(metric: string, columns: Columns): void {
    if (this.#metrics.get(metric) !== true) return
    this.#values.add(metric, columns)
    if (this.#values.length > 0) this.#timer ??= setTimeout(() => this.#flush(), flushMs)
  }

  onTrouble(): void {}

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#service.hub.leave(this, this.#metrics.keys())
  }

  async #introduce(metrics: readonly string[]): Promise<void> {
    const metadata = metrics.length === 0 ? {} : await this.#service.hub.listen(this, metrics)
    if (this.#isClosed) return
    this.#transport.send(pythonObject([["metadata", metadataText(metadata)]]))
    for (const metric of metrics) this.#metrics.set(metric, true)
  }

  #flush(): void {
    this.#timer = undefined
    if (this.#isClosed) return
    if (this.#transport.backlogBytes > backlogLimitBytes) this.#timer = setTimeout(() => this.#flush(), flushMs)
    else this.#transport.send(this.#values.take())
  }
}

function metadataText(metadata: Readonly<Record<string, Metadata | null>>): string {
  return pythonObject(
    Object.entries(metadata).map(([metric, document]) => [metric, pythonJson(document as JsonObject)]),
  )
}
