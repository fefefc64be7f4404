import { randomUUID } from "node:crypto"
import {
  checkToken,
  type DurationLike,
  exchanges,
  type JsonObject,
  type Metadata,
  type RpcAnswer,
  type RpcArguments,
  type RpcName,
  rpcQueue,
  Timestamp,
} from "@metricq/protocol"
import type { Channel } from "amqplib"
import { answerStream } from "./answer-stream.js"
import type { ConfigDescription, ConfigPreview } from "./configuration/config-description.js"
import { Connection, type ConnectionOptions } from "./connection.js"
import { discoverAnswer } from "./discover.js"
import { AgentStopped, ConnectFailed, PeerAway, ReceivedSignal } from "./errors.js"
import { type GetMetricsOptions, getMetrics } from "./get-metrics.js"
import { catchSignals, Lifecycle } from "./lifecycle.js"
import { consoleLogger, type Logger, messageOf } from "./logger.js"
import { setUpManagement } from "./management.js"
import { awaitManager, explainSilence } from "./manager-presence.js"
import { type ClientOptions, durationMs } from "./options.js"
import { type BroadcastAnswer, RpcCaller, type RpcRequest } from "./rpc-caller.js"
import { RpcConsumer } from "./rpc-consumer.js"
import { RpcDispatcher, type RpcHandler } from "./rpc-dispatcher.js"

/** How an RPC is made. */
export interface RpcOptions {
  /** How long to wait for the answer; default: the client's `rpcTimeout`. */
  timeout?: DurationLike
  signal?: AbortSignal
  /** It may be sent again when the connection is lost before its answer. Default false: then it fails, its outcome unknown. */
  repeatable?: boolean
}

/** How long the manager has to take note of a refusal. */
const refusalS = 2
/** Of the time to stop, what is kept for closing connections. */
const closeMs = 500

/**
 * A client of a MetricQ network: connected to its manager, asking and answering RPCs. Base of all roles, and useful alone.
 *
 * Life cycle: `connect()` → … → `stop()`, or `run()` for both, with signals. A lost connection is restored by itself; after
 * `stop()`, or an error that stops it, it stays stopped. `stop()` may be called from everywhere, its own callbacks included.
 */
export class Client {
  /** Name on the network, with the random part if there is one. */
  readonly token: string
  readonly startingTime = Timestamp.now()
  protected readonly logger: Logger
  readonly #options: ClientOptions
  readonly #connection: Connection
  readonly #caller: RpcCaller
  readonly #dispatcher = new RpcDispatcher()
  readonly #life = new Lifecycle()
  readonly #rpcTimeoutMs: number
  readonly #stopTimeoutMs: number
  #managerSeen = false
  /** Somebody waits for the error that may stop the client, so it need not be logged. */
  #failureIsTold = false

  /** @throws {DataError} for a token, URL or duration that cannot be one */
  constructor(options: ClientOptions) {
    checkToken(options.token)
    this.token = options.addUuid ? `${options.token}.${randomUUID().replaceAll("-", "")}` : options.token
    this.logger = options.logger ?? consoleLogger("warn")
    this.#options = options
    this.#rpcTimeoutMs = durationMs(options.rpcTimeout ?? 60, "rpcTimeout")
    this.#stopTimeoutMs = durationMs(options.stopTimeout ?? 2, "stopTimeout")
    this.#connection = this.openedBy(options.url, `management connection ${this.token}`)
    this.#caller = new RpcCaller(this.token, this.#connection.username)
    const mayReplyTo = (queue: string) => this.mayReplyTo(queue)
    const consumer = new RpcConsumer(this.token, this.#dispatcher, this.#caller, this.logger, mayReplyTo)
    this.#connection.onSetup((signal) =>
      setUpManagement(
        {
          token: this.token,
          connection: this.#connection,
          caller: this.#caller,
          consumer,
          logger: this.logger,
          prepare: (channel) => this.onManagementChannel(channel),
          extraQueues: () => this.extraRpcQueues(),
        },
        signal,
      ),
    )
    this.handle("discover", () => ({
      ...this.discoverDetails(),
      ...discoverAnswer(this.startingTime, Timestamp.now(), options.clientVersion),
    }))
  }

  /** The management URL, with `******` for the password. */
  get url(): string {
    return this.#connection.url
  }

  /** Aborts when the client begins to stop. */
  get stopping(): AbortSignal {
    return this.#life.stopping
  }

  /**
   * Connect, and start the role.
   *
   * @throws {ConnectFailed} with a code that says why
   * @throws what `onConfig` throws; the client has stopped then, as after every failure
   */
  async connect(): Promise<void> {
    this.#describe()
    try {
      await this.#connection.connect({ signal: this.stopping })
      await this.startRole()
      this.stopping.throwIfAborted()
    } catch (error) {
      const failure = asConnectFailure(error)
      this.#failureIsTold = true
      await this.#stop(this.stopping.aborted ? undefined : failure)
      throw failure
    }
  }

  /**
   * Stop: what is buffered is flushed, and all connections are closed, within `stopTimeout`.
   *
   * Resolves when that is done. With an error, `stopped()` and `run()` reject with an `AgentStopped` that has it as cause.
   */
  stop(error?: unknown): Promise<void> {
    if (error !== undefined && !this.stopping.aborted && !this.#failureIsTold)
      this.logger.error(`${this.token} stops`, { reason: error })
    return this.#stop(error)
  }

  /** Resolves when the client has stopped; rejects with `AgentStopped` if an error has stopped it. */
  stopped(): Promise<void> {
    this.#failureIsTold = true
    return this.#life.stopped
  }

  /**
   * Connect, and work until stopped. The first of `signals` stops the client; a second one ends the process at once.
   *
   * Resolves when it was stopped by `stop()` or a signal; nothing of it keeps the process alive then.
   *
   * @throws what `connect()` and `stopped()` reject with
   */
  async run(options?: { signals?: readonly NodeJS.Signals[] }): Promise<void> {
    const release = catchSignals(options?.signals ?? ["SIGINT", "SIGTERM"], (signal) => {
      this.logger.info(`${signal}: ${this.token} stops`)
      void this.#stop(undefined, new ReceivedSignal(signal))
    })
    try {
      await Promise.race([this.connect().then(() => this.stopped()), this.stopped()])
    } catch (error) {
      // Stopped as asked while it was still connecting.
      if (!(await this.#stoppedCleanly())) throw error
    } finally {
      release()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** What this client tells about itself in its answer to `discover`, beside what all clients tell. Roles add to what their base tells. */
  protected discoverDetails(): JsonObject {
    return {}
  }

  /** Answer RPCs of this name; after the handlers the name has already. */
  handle(name: string, handler: RpcHandler): this {
    this.#dispatcher.add(name, handler)
    return this
  }

  /**
   * Ask the manager.
   *
   * @throws {RPCError} if it refuses; {TimeoutError} without an answer; {PeerAway} `manager-away` if none is running
   */
  rpc<Name extends RpcName>(name: Name, args?: RpcArguments<Name>, options?: RpcOptions): Promise<RpcAnswer<Name>>
  rpc(name: string, args?: JsonObject, options?: RpcOptions): Promise<JsonObject>
  async rpc(name: string, args: JsonObject = {}, options: RpcOptions = {}): Promise<JsonObject> {
    const request = this.#request(name, args, options)
    try {
      if (!this.#managerSeen) await awaitManager(this.#connection, request, this.stopping)
      const answer = await this.#caller.call(request)
      this.#managerSeen = true
      return answer
    } catch (error) {
      throw await explainSilence(this.#connection, error)
    }
  }

  /** Ask another client. Errors as of {@link Client.rpc}; {PeerAway} `peer-away` at once if it is not connected. */
  async rpcTo(token: string, name: string, args: JsonObject = {}, options: RpcOptions = {}): Promise<JsonObject> {
    const request = this.#request(name, args, options)
    return this.#caller.call({ ...request, exchange: "", routingKey: rpcQueue(token), peer: token })
  }

  /**
   * Ask everybody, this client included, and read the answers as they come, refusals (`{"error": …}`) too, until the
   * timeout (default 10 s) is over or the loop is left.
   */
  broadcast(
    name: string,
    args: JsonObject = {},
    options: RpcOptions = {},
  ): AsyncGenerator<BroadcastAnswer, void, undefined> {
    const request = this.#request(name, args, { timeout: 10, ...options })
    return answerStream((onAnswer, left) => {
      const signal = options.signal === undefined ? left : AbortSignal.any([left, options.signal])
      return this.#caller.collect({ ...request, exchange: exchanges.broadcast, peer: "the network", signal }, onAnswer)
    })
  }

  /** Who is connected: every answer to `discover` that is not a refusal. */
  async *discover(options: RpcOptions = {}): AsyncGenerator<BroadcastAnswer, void, undefined> {
    for await (const answer of this.broadcast("discover", {}, options)) {
      if (answer.response.error === undefined) yield answer
    }
  }

  /** Look metrics up at the manager: metadata by name, or empty objects with `metadata: false`. */
  getMetrics(options: GetMetricsOptions = {}): Promise<Record<string, Metadata>> {
    return getMetrics((name, args) => this.rpc(name, args, { timeout: options.timeout, repeatable: true }), options)
  }

  /**
   * What its configurations may hold, so that a page has a form for them; answers the RPC `schema`. A subclass that is configured may
   * define it; one that does not answers that it has no such function.
   */
  configSchema?(): ConfigDescription | Promise<ConfigDescription>

  /**
   * Which metrics it would declare with this configuration, by name with their metadata; answers the RPC `preview`. It must change
   * nothing. What it throws is why the configuration cannot be.
   */
  previewConfig?(config: JsonObject): ConfigPreview | Promise<ConfigPreview>

  /** For siblings: runs on every (re)connect, with the own queue there and the exchanges not yet looked for. */
  protected async onManagementChannel(_channel: Channel): Promise<void> {}

  /** For siblings: queues whose RPCs are answered besides those of the own one. */
  protected extraRpcQueues(): string[] {
    return []
  }

  /** For siblings: whether a request that wants its answer in this queue is served. */
  protected mayReplyTo(_queue: string): boolean {
    return true
  }

  /** For roles: runs once, as the last part of `connect()`. */
  protected async startRole(): Promise<void> {}

  /** For roles: finish and close what the role has opened, within `graceMs`. Runs once, even if `startRole` has not. */
  protected async stopRole(_graceMs: number): Promise<void> {}

  /** For roles: run the handlers of `config`, as if it had been sent by an RPC. The manager is told if they refuse. */
  protected async dispatchConfig(config: JsonObject): Promise<void> {
    if (!this.#dispatcher.has("config")) return
    const { _rev: revision } = config
    try {
      await this.#dispatcher.dispatch(config, {
        function: "config",
        fromToken: "manager",
        userId: undefined,
        exchange: "",
        routingKey: rpcQueue(this.token),
        redelivered: false,
      })
    } catch (error) {
      if (typeof revision === "string") await this.#tellRefusal(revision, error)
      throw error
    }
  }

  /** So that whoever wrote the configuration can read why the client does not start. The original's manager does not want to know. */
  async #tellRefusal(revision: string, error: unknown): Promise<void> {
    if (this.stopping.aborted) return
    const refusal = { revision, text: messageOf(error) || "failed" }
    await this.rpc("config.refused", refusal, { timeout: refusalS, signal: this.stopping }).catch(() => {})
  }

  /** For roles and siblings: another connection with the options of this client. It stops the client when it gives up. */
  protected openedBy(url: string, name: string, events?: Pick<ConnectionOptions, "onLost" | "onBlocked">): Connection {
    const { connectionTimeout = 600, heartbeat, tls } = this.#options
    return new Connection({
      url,
      name,
      heartbeatS: heartbeat === undefined ? undefined : Math.ceil(durationMs(heartbeat, "heartbeat") / 1000),
      giveUpAfterMs: durationMs(connectionTimeout, "connectionTimeout"),
      tls,
      logger: this.logger,
      ...events,
      onGiveUp: (error) => void this.stop(error),
    })
  }

  /** For roles: it is stopped as asked, and not by an error. */
  protected get endsWell(): boolean {
    return this.#life.endsWell
  }

  /** For roles: the URL of the management network, with its password. */
  protected get managementUrl(): string {
    return this.#options.url
  }

  /** Answers about configurations are given by those who have them, and by nobody who has such functions of his own. */
  #describe(): void {
    if (this.configSchema && !this.#dispatcher.has("schema"))
      this.handle("schema", async () => ({ ...(await this.configSchema?.()) }))
    if (this.previewConfig && !this.#dispatcher.has("preview"))
      this.handle("preview", async ({ config }) => ({ ...(await this.previewConfig?.(config as JsonObject)) }))
  }

  #stop(error?: unknown, reason?: AgentStopped): Promise<void> {
    return this.#life.stop(() => this.#tearDown(), this.#stopTimeoutMs, error, reason)
  }

  async #tearDown(): Promise<void> {
    const graceMs = Math.max(this.#stopTimeoutMs - closeMs, this.#stopTimeoutMs / 2)
    try {
      await this.stopRole(graceMs)
    } finally {
      this.#caller.close(new AgentStopped(`${this.token} has stopped`))
      await this.#connection.close(this.#stopTimeoutMs - graceMs)
    }
  }

  async #stoppedCleanly(): Promise<boolean> {
    if (!this.stopping.aborted) return false
    return this.stopped().then(
      () => true,
      () => false,
    )
  }

  #request(name: string, args: JsonObject, options: RpcOptions): RpcRequest {
    if (this.#connection.isIdle) throw new AgentStopped(`${this.token} is not connected: call connect() first`)
    return {
      exchange: exchanges.management,
      routingKey: name,
      function: name,
      args,
      timeoutMs: options.timeout === undefined ? this.#rpcTimeoutMs : durationMs(options.timeout, "timeout"),
      peer: "the manager",
      repeatable: options.repeatable ?? false,
      signal: options.signal,
    }
  }
}

function asConnectFailure(error: unknown): unknown {
  return error instanceof PeerAway ? new ConnectFailed(error.code, error.message, { cause: error }) : error
}
