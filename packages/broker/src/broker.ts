import type { Socket } from "node:net"
import { ConnectionError } from "./errors.js"
import type { Logger } from "./logger.js"
import { MemoryGauge } from "./model/memory-gauge.js"
import { MessageStore } from "./model/message.js"
import { Users } from "./model/users.js"
import { Vhost } from "./model/vhost.js"
import { type BrokerOptions, type ResolvedOptions, resolveOptions } from "./options.js"
import { Connection } from "./server/connection.js"
import { type Counters, newCounters } from "./server/counters.js"
import { Flusher } from "./server/flusher.js"
import { serverProperties } from "./server/handshake.js"
import { Listener } from "./server/listener.js"
import type { ServerContext } from "./server/server-context.js"
import { constants } from "./spec/constants.js"

/** How often connections are looked at for timeouts and heartbeats. */
const CHECK_INTERVAL_MS = 250
/** How long `stop` waits for clients to answer. */
const STOP_TIMEOUT_MS = 1000

/** What a broker holds at a moment, and what it has done since it was made. */
export interface BrokerStats extends Counters {
  openConnections: number
  channels: number
  vhosts: number
  exchanges: number
  queues: number
  bindings: number
  consumers: number
  messagesReady: number
  messagesUnacked: number
  /** Bytes that messages hold, and the bytes above which publishers are blocked. */
  memoryBytes: number
  memoryLimitBytes: number
  blocked: boolean
}

/**
 * An AMQP 0-9-1 server in this process.
 *
 * Life cycle: `start` listens, `stop` tells every client and closes; it can then be started again, with the same users and definitions
 * but, as messages are kept in memory and queues end with it, without messages.
 */
export class Broker {
  readonly #options: ResolvedOptions
  readonly #logger: Logger
  readonly #users = new Users()
  readonly #vhosts = new Map<string, Vhost>()
  readonly #counters = newCounters()
  readonly #connections = new Set<Connection>()
  readonly #context: ServerContext
  #listener: Listener | undefined
  #checks: NodeJS.Timeout | undefined
  #port: number

  /** @throws {BrokerError} `invalid-option` */
  constructor(options: BrokerOptions = {}) {
    this.#options = resolveOptions(options)
    this.#logger = this.#options.logger
    this.#port = this.#options.port
    this.#context = this.#makeContext()
    for (const [name, { password, vhosts }] of this.#options.users) {
      this.#users.add(Users.create(name, password, vhosts ?? null))
    }
    for (const name of this.#options.vhosts) this.#vhosts.set(name, this.#makeVhost(name))
  }

  /** Address it listens on, as given in the options. */
  get host(): string {
    return this.#options.host
  }

  /** Port it listens on; the one of the options until it is started. */
  get port(): number {
    return this.#port
  }

  /** Address for clients, without name and password; they fall back to guest, which is what a broker has by default. */
  get url(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host
    return `${this.#options.tls === undefined ? "amqp" : "amqps"}://${host}:${this.port}/`
  }

  /** Listens. @throws {BrokerError} `port-taken`, `address`, `default-passwords` */
  async start(): Promise<void> {
    if (this.#listener !== undefined) return
    const { host, port, tls } = this.#options
    const listener = new Listener({ host, port, tls }, (socket) => this.#onSocket(socket))
    await listener.start()
    this.#listener = listener
    this.#port = listener.port
    this.#checks = setInterval(() => this.#check(), CHECK_INTERVAL_MS)
    this.#logger.info("broker ready", { url: this.url })
  }

  /** Tells every client that the broker goes, and closes. Takes a second at most. */
  async stop(): Promise<void> {
    const listener = this.#listener
    if (listener === undefined) return
    this.#listener = undefined
    clearInterval(this.#checks)
    const stopped = listener.stop()
    const reason = "broker forced connection closure with reason 'shutdown'"
    for (const connection of this.#connections) {
      connection.close(new ConnectionError(constants.connectionForced, reason))
    }
    const giveUp = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy()
    }, STOP_TIMEOUT_MS)
    await stopped
    clearTimeout(giveUp)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  stats(): BrokerStats {
    const { gauge } = this.#context
    return {
      ...this.#counters,
      openConnections: this.#connections.size,
      channels: sum(this.#connections, ({ channelCount }) => channelCount),
      vhosts: this.#vhosts.size,
      exchanges: sum(this.#vhosts.values(), ({ exchanges }) => [...exchanges].length),
      queues: sum(this.#vhosts.values(), ({ queues }) => [...queues].length),
      bindings: sum(this.#vhosts.values(), ({ bindingCount }) => bindingCount),
      consumers: this.#sumOfQueues(({ consumerCount }) => consumerCount),
      messagesReady: this.#sumOfQueues(({ readyCount }) => readyCount),
      messagesUnacked: this.#sumOfQueues(({ unackedCount }) => unackedCount),
      memoryBytes: gauge.bytes,
      memoryLimitBytes: gauge.limitBytes,
      blocked: gauge.alarmed,
    }
  }

  #sumOfQueues(of: (queue: { consumerCount: number; readyCount: number; unackedCount: number }) => number): number {
    return sum(this.#vhosts.values(), (vhost) => sum(vhost.queues, of))
  }

  #makeVhost(name: string): Vhost {
    return new Vhost(name, this.#options.limits, () => {})
  }

  #makeContext(): ServerContext {
    const { limits, heartbeatS, logger } = this.#options
    const gauge = new MemoryGauge(limits.memoryLimitBytes)
    gauge.onAlarm = (alarmed) => this.#onMemoryAlarm(alarmed)
    return {
      users: this.#users,
      tuning: { channelMax: limits.channelMax, frameMax: limits.frameMax, heartbeatS },
      serverProperties: serverProperties("0.1.0"),
      findVhost: (name) => this.#vhosts.get(name),
      store: new MessageStore(gauge),
      gauge,
      counters: this.#counters,
      flusher: new Flusher(() => {}),
      logger,
      limits,
      onClosed: (connection) => this.#connections.delete(connection as Connection),
    }
  }

  #onSocket(socket: Socket): void {
    if (this.#listener === undefined || this.#connections.size >= this.#options.limits.maxConnections) {
      this.#logger.warn("connection refused: too many", { peer: socket.remoteAddress })
      socket.destroy()
      return
    }
    this.#counters.connections++
    this.#connections.add(new Connection(socket, this.#context))
  }

  #onMemoryAlarm(alarmed: boolean): void {
    const { gauge } = this.#context
    const fields = { bytes: gauge.bytes, limitBytes: gauge.limitBytes }
    if (alarmed) this.#logger.warn("memory limit reached: publishers are blocked", fields)
    else this.#logger.info("memory below the limit again: publishers go on", fields)
    for (const connection of this.#connections) connection.setMemoryAlarm(alarmed)
  }

  #check(): void {
    const now = performance.now()
    for (const connection of this.#connections) connection.check(now)
  }
}

function sum<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  let total = 0
  for (const item of items) total += of(item)
  return total
}
