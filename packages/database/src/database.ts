import { Administrators, type ClientOptions, consoleLogger, type Logger, MetricqError } from "@metricq/client"
import type { TimelineOptions } from "@metricq/timeline"
import { Engine } from "./engine.js"
import { DatabaseClient } from "./network/database-client.js"
import { openStore } from "./open-store.js"
import type { FunctionParts } from "./rpc/function-parts.js"
import { databaseFunctions } from "./rpc/functions.js"
import { importJob } from "./rpc/import-job.js"
import { statusOf } from "./rpc/status.js"

/** What a database needs. */
export interface DatabaseOptions
  extends Pick<ClientOptions, "connectionTimeout" | "heartbeat" | "tls" | "clientVersion" | "stopTimeout"> {
  /** Name on the network, and of its configuration. That of the original is `db-hta`. */
  token: string
  /** `amqp[s]://user:password@host:port/vhost` of the management network. */
  url: string
  /** Where everything is kept; made if it is not there. One database at a time can use it. */
  folder: string
  /** AMQP users who may delete, import, back up and the like. Default: none. */
  administrators?: readonly string[]
  /** How the store works. */
  timeline?: TimelineOptions
  /** An earlier database of this process has had the folder, and has ended without giving it back: the thread it ran in has crashed. */
  isSuccessor?: boolean
  /** Default: warnings and errors on standard error. */
  logger?: Logger
}

/** What waits for the disk takes up to twice as much in the store, which holds 128 MiB. */
const UNACKNOWLEDGED_BYTES = 64 * 1024 * 1024
/** Under load one sync in so many milliseconds; each costs as much as taking twenty messages. A few messages never wait. */
const GATHER_MS = 5
/** History requests that the broker hands over at once; how many are worked on is up to the configuration. */
const REQUESTS_AHEAD = 1000
/** The configuration may set less. */
const LONGEST_ANSWER_BYTES = 100 * 1024 * 1024
const LONGEST_REQUEST = "1h"

/**
 * A database: stores what the network measures, as its configuration says, and answers history requests.
 *
 * Life cycle: `start()` once, then `stop()`, also from within callbacks and more than once. A lost connection is restored by itself; what was
 * not acknowledged comes again. What is acknowledged is on disk. Two can run in one process, with tokens and folders of their own.
 */
export class Database {
  readonly #options: DatabaseOptions
  readonly #logger: Logger
  readonly #client: DatabaseClient
  #engine: Engine | undefined
  #isStarted = false
  #stopping: Promise<void> | undefined

  /** @throws {DataError} for a token or URL that is none */
  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#logger = options.logger ?? consoleLogger("warn")
    const { token, url, connectionTimeout, heartbeat, tls, clientVersion, stopTimeout } = options
    this.#client = new DatabaseClient(
      {
        ...{ token, url, connectionTimeout, heartbeat, tls, clientVersion, stopTimeout, logger: this.#logger },
        maxBytes: UNACKNOWLEDGED_BYTES,
        historyConcurrency: REQUESTS_AHEAD,
        historyTimeout: LONGEST_REQUEST,
        maxAnswerBytes: LONGEST_ANSWER_BYTES,
      },
      {
        configure: (document) => this.#engine!.configure(document),
        store: (input, columns) => this.#engine!.take(input, columns),
        answer: (metric, request, context) => this.#engine!.answer(metric, request, context),
      },
    )
    const administrators = new Administrators(options.administrators ?? [], "the database's settings")
    const functions = databaseFunctions({ administrators, parts: () => this.#functionParts() })
    for (const [name, answer] of Object.entries(functions)) this.#client.handle(name, answer)
  }

  /** The management URL, with `******` for the password. */
  get url(): string {
    return this.#client.url
  }

  /** How many metrics are stored; 0 before it has started. */
  get metricCount(): number {
    return this.#engine?.store.metrics().length ?? 0
  }

  /**
   * Open the store, whatever a crash has left of it, connect, and store and answer from then on.
   *
   * @throws {StorageError} `in-use` and the like; {ConnectFailed} with a code that says why, `no-configuration` among them; {ConfigError}. It has
   *   stopped then.
   * @throws {MetricqError} `started-before`
   */
  async start(): Promise<void> {
    if (this.#isStarted || this.#stopping)
      throw new MetricqError("started-before", "a database starts once: make a new one")
    this.#isStarted = true
    try {
      const { folder, timeline, isSuccessor } = this.#options
      const store = await openStore(folder, { gatherMs: GATHER_MS, ...timeline, takeOver: isSuccessor })
      this.#engine = new Engine({ folder, store, client: this.#client, logger: this.#logger })
      await this.#client.connect()
      this.#client.stopped().catch((error: unknown) => this.stop(error))
      this.#engine.begin()
      this.#logger.info("database started", { url: this.url, folder, metrics: this.metricCount })
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Store what is being stored, and close. What is not on disk yet stays with the broker. */
  stop(error?: unknown): Promise<void> {
    this.#stopping ??= this.#shut(error)
    return this.#stopping
  }

  /** Resolves when it has stopped; rejects with `AgentStopped` if an error has stopped it. */
  async stopped(): Promise<void> {
    await this.#client.stopped()
    await this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #shut(error: unknown): Promise<void> {
    this.#engine?.prepareStop()
    await this.#client.stop(error)
    await this.#engine?.stop()
  }

  #functionParts(): FunctionParts | undefined {
    const engine = this.#engine
    if (engine === undefined) return undefined
    return {
      store: engine.store,
      jobs: engine.jobs,
      plan: engine.plan,
      status: () => statusOf(engine),
      beforeDelete: (names) => engine.registrar.forget(new Set(names)),
      afterDelete: (names) => engine.forget(names),
      afterRename: (from, to) => engine.renamed(from, to),
      import: (kind, path, settings) => importJob(engine, kind, path, settings),
    }
  }
}
