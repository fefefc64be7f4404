import type { Socket } from "node:net"
import type { FolderLock } from "@metricq/files"
import { BrokerError, ConnectionError } from "./errors.js"
import type { Logger } from "./logger.js"
import { MemoryGauge } from "./model/memory-gauge.js"
import { MessageStore } from "./model/message.js"
import { Registry } from "./model/registry.js"
import { Users } from "./model/users.js"
import { type BrokerOptions, type ResolvedOptions, resolveOptions } from "./options.js"
import { isLoopback, trivialPasswordOf } from "./security.js"
import { Connection } from "./server/connection.js"
import { newCounters } from "./server/counters.js"
import { Flusher } from "./server/flusher.js"
import { serverProperties } from "./server/handshake.js"
import { Listener } from "./server/listener.js"
import type { ServerContext } from "./server/server-context.js"
import { constants } from "./spec/constants.js"
import { type BrokerStats, statsOf } from "./stats.js"
import { lockDataFolder } from "./store/data-folder.js"
import { DefinitionLog } from "./store/definition-log.js"
import { version } from "./version.js"

/** How often connections are looked at for timeouts and heartbeats. */
const CHECK_INTERVAL_MS = 250
/** How long `stop` waits for clients to answer. */
const STOP_TIMEOUT_MS = 1000

/**
 * An AMQP 0-9-1 server in this process.
 *
 * Life cycle: `start` listens, `stop` tells every client and closes; it can then be started again. Messages, and queues that are not
 * durable, end with `stop`; durable exchanges, queues and bindings, and what `addUser` and `addVhost` made, come back with `start` if there is
 * a `dataDir`. Two brokers in one process do not disturb each other.
 */
export class Broker {
  readonly #options: ResolvedOptions
  readonly #logger: Logger
  readonly #counters = newCounters()
  readonly #gauge: MemoryGauge
  readonly #connections = new Set<Connection>()
  readonly #context: ServerContext
  #registry: Registry
  #definitions: DefinitionLog | undefined
  #lock: FolderLock | undefined
  #listener: Listener | undefined
  #checks: NodeJS.Timeout | undefined
  #port: number

  /** @throws {BrokerError} `invalid-option` */
  constructor(options: BrokerOptions = {}) {
    this.#options = resolveOptions(options)
    this.#logger = this.#options.logger
    this.#port = this.#options.port
    this.#gauge = new MemoryGauge(this.#options.limits.memoryLimitBytes)
    this.#gauge.onAlarm = (alarmed) => this.#onMemoryAlarm(alarmed)
    this.#registry = this.#makeRegistry()
    this.#context = this.#makeContext()
  }

  /** Address it listens on, as given in the options. */
  get host(): string {
    return this.#options.host
  }

  /** Port it listens on; the one of the options until it is started. */
  get port(): number {
    return this.#port
  }

  /** Address for clients, without name and password; without them clients log in as guest. */
  get url(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host
    return `${this.#options.tls === undefined ? "amqp" : "amqps"}://${host}:${this.port}/`
  }

  /**
   * Reads the definitions and listens. Does nothing if it is started already.
   *
   * @throws {BrokerError} `port-taken`, `address`, `default-passwords`, `data-dir`, `data-dir-locked`, `definitions-corrupt`,
   *   `definitions-version`; the broker is then as before
   */
  async start(): Promise<void> {
    if (this.#listener !== undefined) return
    const { host, port, tls, limits } = this.#options
    const address = { host, port, tls, tlsTimeoutMs: limits.handshakeTimeoutMs }
    const listener = new Listener(address, (socket) => this.#onSocket(socket))
    this.#listener = listener
    try {
      this.#loadDefinitions()
      this.#checkPasswords()
      await listener.start()
    } catch (error) {
      this.#listener = undefined
      this.#closeDefinitions()
      throw error
    }
    this.#port = listener.port
    this.#checks = setInterval(() => this.#check(), CHECK_INTERVAL_MS)
    this.#logger.info("broker ready", { url: this.url })
  }

  /** Tells every client that the broker goes, and closes. Takes a second at most. Does nothing if it is not started. */
  async stop(): Promise<void> {
    const listener = this.#listener
    if (listener === undefined) return
    this.#listener = undefined
    clearInterval(this.#checks)
    const stopped = listener.stop()
    this.#closeConnections(() => true, "broker forced connection closure with reason 'shutdown'")
    const giveUp = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy()
    }, STOP_TIMEOUT_MS)
    await stopped
    clearTimeout(giveUp)
    this.#closeDefinitions()
    for (const vhost of this.#registry.vhosts) vhost.close()
    this.#registry = this.#makeRegistry()
    this.#logger.info("broker stopped")
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /**
   * Adds a user, or changes the password and vhosts of one; that survives restarts if there is a `dataDir`, and then takes precedence over
   * a user of the same name in the options. Connections of the user stay.
   *
   * @param options.vhosts vhosts that the user may open (default: all)
   * @throws {BrokerError} `default-passwords` for a trivial password beyond loopback
   */
  addUser(name: string, password: string, options: { vhosts?: readonly string[] } = {}): void {
    const user = Users.create(name, password, options.vhosts ?? null)
    if (!isLoopback(this.host) && trivialPasswordOf([user]) !== undefined) throw trivialPassword(name, this.host)
    this.#registry.addUser(user)
    this.#definitions?.flush()
  }

  /** Removes a user and closes the user's connections; false if there was none. */
  removeUser(name: string): boolean {
    const existed = this.#registry.removeUser(name)
    this.#closeConnections(({ userName }) => userName === name, `user '${name}' was deleted`)
    this.#definitions?.flush()
    return existed
  }

  /** Adds a vhost; does nothing if it exists. */
  addVhost(name: string): void {
    this.#registry.addVhost(name)
    this.#definitions?.flush()
  }

  /** Deletes a vhost with all that is in it and closes the connections to it; false if there was none. */
  deleteVhost(name: string): boolean {
    this.#closeConnections(({ vhostName }) => vhostName === name, `vhost '${name}' was deleted`)
    const existed = this.#registry.deleteVhost(name)
    this.#definitions?.flush()
    return existed
  }

  /** What it holds now, and what it has done since it was made. */
  stats(): BrokerStats {
    return statsOf(this.#registry.vhosts, this.#connections, this.#gauge, this.#counters)
  }

  #makeRegistry(): Registry {
    const registry = new Registry(this.#options.limits, (definition) => {
      this.#definitions?.append(definition)
    })
    for (const [name, { password, vhosts }] of this.#options.users) {
      registry.users.add(Users.create(name, password, vhosts ?? null))
    }
    for (const name of this.#options.vhosts) registry.addVhost(name)
    return registry
  }

  #makeContext(): ServerContext {
    const { limits, heartbeatS, logger } = this.#options
    return {
      login: (name, password) => this.#registry.users.login(name, password),
      tuning: { channelMax: limits.channelMax, frameMax: limits.frameMax, heartbeatS },
      serverProperties: serverProperties(version),
      findVhost: (name) => this.#registry.findVhost(name),
      store: new MessageStore(this.#gauge),
      gauge: this.#gauge,
      counters: this.#counters,
      flusher: new Flusher(() => this.#definitions?.flush()),
      logger,
      limits,
      onClosed: (connection) => this.#connections.delete(connection as Connection),
    }
  }

  #loadDefinitions(): void {
    const { dataDir } = this.#options
    if (dataDir === undefined) return
    this.#lock = lockDataFolder(dataDir)
    const registry = this.#registry
    const log = new DefinitionLog(dataDir, () => registry.definitions(), this.#logger)
    // What the program added before the start is newer than what the file says.
    const added = [...registry.definitions()]
    log.load((definition) => registry.apply(definition))
    for (const definition of added) registry.apply(definition)
    log.open()
    this.#definitions = log
  }

  #closeDefinitions(): void {
    this.#definitions?.close()
    this.#definitions = undefined
    this.#lock?.release()
    this.#lock = undefined
  }

  #checkPasswords(): void {
    if (isLoopback(this.host)) return
    const name = trivialPasswordOf(this.#registry.users)
    if (name !== undefined) throw trivialPassword(name, this.host)
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

  #closeConnections(which: (connection: Connection) => boolean, reason: string): void {
    for (const connection of this.#connections) {
      if (which(connection)) connection.close(new ConnectionError(constants.connectionForced, reason))
    }
  }

  #onMemoryAlarm(alarmed: boolean): void {
    const fields = { bytes: this.#gauge.bytes, limitBytes: this.#gauge.limitBytes }
    if (alarmed) this.#logger.warn("memory limit reached: publishers are blocked", fields)
    else this.#logger.info("memory below the limit again: publishers go on", fields)
    for (const connection of this.#connections) connection.onMemoryAlarm(alarmed)
  }

  #check(): void {
    const now = performance.now()
    for (const connection of this.#connections) connection.check(now)
    this.#definitions?.flush()
  }
}

function trivialPassword(user: string, host: string): BrokerError {
  const text =
    `user '${user}' has a default password, which is not allowed on ${host}; ` +
    "give the user a password of its own, remove it, or listen on 127.0.0.1"
  return new BrokerError("default-passwords", text)
}
