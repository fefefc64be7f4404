import { Worker } from "node:worker_threads"
import type { Logger } from "@metricq/client"
import { CommandError } from "../errors.js"
import type { RunningAgent } from "./agent-runner.js"
import type { DatabaseThreadData, FromDatabaseThread, ToDatabaseThread } from "./database-messages.js"

/** How long it may take to stop; everything it has acknowledged is on disk by then. */
const STOP_MS = 1400

/** How a database in a thread is made. */
export interface DatabaseThreadOptions extends DatabaseThreadData {
  readonly logger: Logger
}

/**
 * A database in a thread of its own, so that neither holds up the other: broker and manager on the one side, long reads on the other.
 *
 * Life cycle as of an agent: `connect()` once, `stopped()` tells its end, `stop()`. A new one takes the place of one that has ended.
 */
export class DatabaseThread implements RunningAgent {
  readonly #options: DatabaseThreadOptions
  readonly #script: URL
  readonly #ready = withResolvers<void>()
  readonly #ended = withResolvers<void>()
  #worker: Worker | undefined
  #failure: string | undefined
  #metrics = 0
  #isStopping = false

  /** `script` is what the thread runs, if not the database. */
  constructor(options: DatabaseThreadOptions, script = new URL("./database-worker.js", import.meta.url)) {
    this.#options = options
    this.#script = script
  }

  /** Metrics it had stored when it started; 0 before it runs. */
  get metrics(): number {
    return this.#metrics
  }

  /** Another one, to be started after this one has ended. */
  successor(): DatabaseThread {
    return new DatabaseThread({ ...this.#options, isSuccessor: true }, this.#script)
  }

  /** Resolves when it takes points. @throws {CommandError} `database` with what it says itself; calling it again waits for the first */
  async connect(): Promise<void> {
    if (this.#worker === undefined) this.#start()
    await this.#ready.promise
  }

  /** Resolves when it was stopped; rejects when it has ended by itself. */
  stopped(): Promise<void> {
    return this.#ended.promise
  }

  /** Let it finish what it is at; a thread that does not end in time is ended. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const worker = this.#worker
    if (worker === undefined) return
    worker.postMessage({ type: "stop" } satisfies ToDatabaseThread)
    const timer = setTimeout(() => void worker.terminate(), STOP_MS)
    await this.#ended.promise.catch(() => {})
    clearTimeout(timer)
  }

  #start(): void {
    const { logger: _logger, ...workerData } = this.#options
    const worker = new Worker(this.#script, { workerData, name: workerData.token })
    this.#worker = worker
    worker.on("message", (message: FromDatabaseThread) => this.#take(message))
    worker.on("error", (error) => {
      this.#failure ??= error instanceof Error ? `it crashed: ${error.message}` : "it crashed"
    })
    worker.on("exit", () => this.#onExit())
  }

  #take(message: FromDatabaseThread): void {
    if (message.type === "ready") {
      this.#metrics = message.metrics
      this.#ready.resolve()
    } else if (message.type === "failed") this.#failure ??= message.reason
    else this.#options.logger[message.level](message.message, message.fields)
  }

  #onExit(): void {
    if (this.#isStopping) this.#ended.resolve()
    const error = new CommandError("database", this.#failure ?? "the database has ended")
    this.#ready.reject(error)
    this.#ended.reject(error)
  }
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  promise.catch(() => {})
  return { promise, resolve, reject }
}
