import type { Client, JsonObject } from "@metricq/client"

/** A client of the network as the manager has seen it. Times are ISO 8601. */
export interface SeenClient {
  readonly token: string
  /** `up`: it has answered when everybody was asked last. */
  readonly state: "up" | "gone"
  readonly firstSeen: string
  readonly lastSeen: string
  readonly lastFunction: string
  /** Its last answer to `discover`. */
  readonly discover?: JsonObject
  /** Whether there is a configuration for it. */
  readonly config: boolean
}

/** Everybody is asked at most this often. */
const FRESH_MS = 5_000
/** How long clients have to answer. */
const DISCOVER_S = 1

/** The clients of a network; everybody is asked who they are when the list is read, but not more often than every five seconds. */
export class ClientList {
  readonly #rpc: Pick<Client, "rpc">
  #list: Promise<SeenClient[]> | undefined
  #readMs = 0

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /**
   * The list, by token; takes about a second where it is not fresh.
   *
   * @throws {RPCError} if the manager does not take this user as administrator, or as every RPC
   */
  list(): Promise<SeenClient[]> {
    if (this.#list === undefined || performance.now() - this.#readMs > FRESH_MS) {
      this.#readMs = performance.now()
      const list = this.#read()
      this.#list = list
      list.catch(() => {
        if (this.#list === list) this.#list = undefined
      })
    }
    return this.#list
  }

  async #read(): Promise<SeenClient[]> {
    const askedMs = Date.now()
    const { clients } = await this.#rpc.rpc("client.discover", { timeout: DISCOVER_S }, { repeatable: true })
    return clients
      .map(
        (client) => ({ ...client, state: Date.parse(client.lastSeen) >= askedMs - FRESH_MS ? "up" : "gone" }) as const,
      )
      .sort((a, b) => (a.token < b.token ? -1 : 1))
  }
}
