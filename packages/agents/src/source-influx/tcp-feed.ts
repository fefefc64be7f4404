import { createServer, type Socket } from "node:net"
import type { JsonObject } from "@metricq/client"
import type { TargetState } from "../kit/polling/target-state.js"
import type { Feed } from "../kit/push/feed.js"
import { keepOpen } from "../kit/push/keep-open.js"
import { AllowList } from "./allow-list.js"
import type { TcpConfig } from "./config.js"
import { listen } from "./listening.js"
import { type Precision, precisionOf } from "./precision.js"
import { Reception, type ReceptionContext } from "./reception.js"

/** A sender that is silent for so long is taken for gone. */
const IDLE_MS = 15 * 60_000

/** Lines over TCP, from as many senders as are allowed. */
export class TcpFeed implements Feed {
  readonly key: string
  readonly #config: TcpConfig
  readonly #allowed: AllowList
  readonly #precision: Precision
  readonly #reception: Reception
  /** Aborts with the feed. */
  #signal: AbortSignal = new AbortController().signal

  constructor(config: TcpConfig, context: ReceptionContext) {
    this.key = JSON.stringify(["tcp", config, context.maxLine])
    this.#config = config
    this.#allowed = new AllowList(config.allow)
    this.#precision = precisionOf(config.precision) ?? { ns: 1n }
    this.#reception = new Reception("tcp", context)
  }

  get state(): TargetState {
    return this.#reception.state
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal
    const { state, failures } = this.#reception
    const session = async (signal: AbortSignal, opened: () => void) => {
      const server = createServer((socket) => this.#serve(socket))
      server.maxConnections = this.#config.max_connections
      server.on("drop", (from) => this.#reception.refused(from?.remoteAddress, "too many connections"))
      await listen(server, this.#config, signal, opened)
    }
    await keepOpen({ state, failures, signal, session })
  }

  details(): JsonObject {
    return this.#reception.details()
  }

  #serve(socket: Socket): void {
    const { remoteAddress } = socket
    if (!this.#allowed.has(remoteAddress)) {
      this.#reception.refused(remoteAddress, "it is not in allow")
      socket.destroy()
      return
    }
    const { stream, result } = this.#reception.lines(this.#precision)
    let told = 0
    const tell = () => {
      if (result.bad > told) this.#reception.refused(remoteAddress, result.problem ?? "a wrong line")
      told = result.bad
      result.problem = undefined
    }
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on("data", (bytes) => {
      stream.push(bytes)
      tell()
      this.#reception.received()
      if (this.#reception.isBusy) void this.#hold(socket)
    })
    socket.on("end", () => {
      stream.end()
      tell()
    })
  }

  /** The sender has to wait, as its system's buffers fill. */
  async #hold(socket: Socket): Promise<void> {
    socket.pause()
    await this.#reception.room(this.#signal)
    socket.resume()
  }
}
