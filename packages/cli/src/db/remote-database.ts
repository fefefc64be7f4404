import { type Client, PeerAway } from "@metricq/client"
import { isPlainName, type JsonObject } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { runDatabaseJob } from "../network/database-job.js"
import type { DatabaseHandle, DeletedRange, OnProgress } from "./database-handle.js"

/** A database of the network, looked after by RPCs. What takes long are jobs there, which are cancelled when the signal is aborted. */
export class RemoteDatabase implements DatabaseHandle {
  readonly name: string
  readonly #client: Client
  readonly #signal: AbortSignal

  /** `token` is the database's name in the network; `client` must be an administrator for all but the status and the jobs. */
  constructor(client: Client, token: string, signal: AbortSignal) {
    this.name = token
    this.#client = client
    this.#signal = signal
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
  call(name: string, args: JsonObject): Promise<JsonObject> {
    return this.#reach(() => this.#client.rpcTo(this.name, `database.${name}`, args, { signal: this.#signal }))
  }

  #run(name: string, args: JsonObject, onProgress: OnProgress): Promise<JsonObject> {
    const request = { database: this.name, name: `database.${name}`, args }
    return this.#reach(() =>
      runDatabaseJob(this.#client, request, this.#signal, ({ state, progress }) =>
        onProgress(state === "waiting" ? { waiting: "for other jobs" } : (progress ?? {})),
      ),
    )
  }

  async #reach<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof PeerAway)) throw error
      const remedy = "name another with --database, or use --folder for one that does not run"
      throw new CommandError("no-database", `no database ${this.name} is connected: ${remedy}`)
    }
  }
}
