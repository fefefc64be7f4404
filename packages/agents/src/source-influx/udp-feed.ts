import { createSocket, type RemoteInfo } from "node:dgram"
import { once } from "node:events"
import { isIP } from "node:net"
import type { JsonObject } from "@metricq/client"
import type { TargetState } from "../kit/polling/target-state.js"
import type { Feed } from "../kit/push/feed.js"
import { keepOpen } from "../kit/push/keep-open.js"
import { AllowList } from "./allow-list.js"
import type { UdpConfig } from "./config.js"
import { type Precision, precisionOf } from "./precision.js"
import { Reception, type ReceptionContext } from "./reception.js"

/** Lines in datagrams. Those that come while MetricQ's broker cannot take them are dropped and counted. */
export class UdpFeed implements Feed {
  readonly key: string
  readonly #config: UdpConfig
  readonly #allowed: AllowList
  readonly #precision: Precision
  readonly #reception: Reception
  #dropped = 0

  constructor(config: UdpConfig, context: ReceptionContext) {
    this.key = JSON.stringify(["udp", config, context.maxLine])
    this.#config = config
    this.#allowed = new AllowList(config.allow)
    this.#precision = precisionOf(config.precision) ?? { ns: 1n }
    this.#reception = new Reception("udp", context)
  }

  get state(): TargetState {
    return this.#reception.state
  }

  async run(signal: AbortSignal): Promise<void> {
    const { state, failures } = this.#reception
    await keepOpen({ state, failures, signal, session: (signal, opened) => this.#listen(signal, opened) })
  }

  details(): JsonObject {
    return { ...this.#reception.details(), dropped: this.#dropped }
  }

  async #listen(signal: AbortSignal, opened: () => void): Promise<void> {
    signal.throwIfAborted()
    const { address, port } = this.#config
    const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4")
    const failed = new Promise<never>((_resolve, reject) => socket.on("error", reject))
    failed.catch(() => undefined)
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
    socket.on("message", (bytes, from) => this.#take(bytes, from))
    try {
      socket.bind(port, address)
      await Promise.race([failed, once(socket, "listening")])
      opened()
      await Promise.race([failed, aborted])
    } finally {
      await new Promise<void>((resolve) => socket.close(() => resolve()))
    }
  }

  #take(bytes: Buffer, { address }: RemoteInfo): void {
    if (!this.#allowed.has(address)) {
      this.#reception.refused(address, "it is not in allow")
      return
    }
    if (this.#reception.isBusy) {
      this.#dropped += 1
      return
    }
    const { stream, result } = this.#reception.lines(this.#precision)
    stream.push(bytes)
    stream.end()
    this.#reception.received()
    if (result.problem !== undefined) this.#reception.refused(address, result.problem)
  }
}
