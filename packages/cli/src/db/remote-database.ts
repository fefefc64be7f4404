import { type Client, PeerAway, RPCError } from "@metricq/client"
import { isPlainName, type JsonObject, type JsonValue } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { pause } from "../network/signals.js"
import type { DatabaseHandle, DeletedRange, OnProgress } from "./database-handle.js"

/** How often a job that runs is asked about. */
const POLL_MS = 500
/** How long the answer to a request for a job waits for its end, in seconds. */
const FIRST_WAIT_S = 1

/** A database of the network, looked after by RPCs. What takes long are jobs there, which go on when this process ends. */
export class RemoteDatabase implements DatabaseHandle {
  readonly name: string
  readonly #client: Client
  readonly #signal: AbortSignal
  #job: JsonValue | undefined

  /** `token` is the database's name in the network; `client` must be an administrator for all but the status. */
  constructor(client: Client, token: string, signal: AbortSignal) {
    this.name = token
    this.#client = client
    this.#signal = signal
  }

  /** Number of the job that is waited for. */
  get job(): JsonValue | undefined {
    return this.#job
  }

  status(): Promise<JsonObject> {
    return this.call("status", {})
  }

  verify(onProgress: OnProgress): Promise<JsonObject> {
    return this.#run("verify", {}, onProgress)
  }

  compact(onProgress: OnProgress): Promise<JsonObject> {
    return this.#run("compact", {}, onProgress)
  }

  backup(folder: string, onProgress: OnProgress): Promise<JsonObject> {
    return this.#run("backup", { folder }, onProgress)
  }

  delete(pattern: string, range: DeletedRange | undefined, onProgress: OnProgress): Promise<JsonObject> {
    const what = isPlainName(pattern) ? { metric: pattern } : { pattern }
    return this.#run("delete", range === undefined ? what : { ...what, range: { ...range } }, onProgress)
  }

  /** Call one of its functions. @throws {CommandError} `no-database` if it is not there */
  async call(name: string, args: JsonObject): Promise<JsonObject> {
    try {
      return await this.#client.rpcTo(this.name, `database.${name}`, args, { signal: this.#signal })
    } catch (error) {
      // What is told of a job that has failed has an error, and so looks like a refusal.
      if (error instanceof RPCError && error.answer?.state !== undefined) return error.answer
      if (!(error instanceof PeerAway)) throw error
      const remedy = "name another with --database, or use --folder for one that does not run"
      throw new CommandError("no-database", `no database ${this.name} is connected: ${remedy}`)
    }
  }

  async #run(kind: string, args: JsonObject, onProgress: OnProgress): Promise<JsonObject> {
    let job = await this.call(kind, { ...args, wait: FIRST_WAIT_S })
    this.#job = job.job
    while (job.state === "waiting" || job.state === "running") {
      onProgress(job.state === "waiting" ? { waiting: "for another job" } : objectOf(job.progress))
      await pause(POLL_MS, this.#signal)
      job = await this.call("jobs", { job: job.job })
    }
    if (job.state !== "done") {
      throw new CommandError("job-failed", `${kind} by ${this.name} ${textOf(job.state)}: ${textOf(job.error)}`)
    }
    return objectOf(job.result)
  }
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {}
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "without a reason")
}
