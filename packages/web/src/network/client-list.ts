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
/** What is older is waited for to be read anew. */
const USABLE_MS = 30_000
/** How long clients have to answer. */
const DISCOVER_S = 1

/**
 * The clients of a network. Everybody is asked who they are when the list is read, but not more often than every five seconds.
 *
 * The first list takes a second, as clients need time to answer; later ones are those of the time before, while the next is made.
 */
export class ClientList {
  readonly #rpc: Pick<Client, "rpc">
  #list: SeenClient[] | undefined
  #askedMs = Number.NEGATIVE_INFINITY
  #reading: Promise<SeenClient[]> | undefined

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /**
   * The list, by token.
   *
   * @throws {RPCError} if the manager does not take this user as administrator, or as every RPC
   */
  async list(): Promise<SeenClient[]> {
    const ageMs = performance.now() - this.#askedMs
    if (this.#list !== undefined && ageMs < FRESH_MS) return this.#list
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    if (this.#list === undefined || ageMs > USABLE_MS) return this.#reading
    this.#reading.catch(() => {}) // whoever asks when the list is too old is told
    return this.#list
  }

  async #read(): Promise<SeenClient[]> {
    const asked = { ms: performance.now(), posixMs: Date.now() }
    const { clients } = await this.#rpc.rpc(
      "client.discover",
      { timeout: DISCOVER_S },
      { repeatable: true, timeout: 5 + DISCOVER_S },
    )
    const stateOf = (lastSeen: string) => (Date.parse(lastSeen) >= asked.posixMs - CLOCKS_MS ? "up" : "gone")
    const list = clients.map((client): SeenClient => ({ ...client, state: stateOf(client.lastSeen) }))
    this.#list = list.sort((a, b) => (a.token < b.token ? -1 : 1))
    this.#askedMs = asked.ms
    return this.#list
  }
}

/** Times of the manager's clock are compared with those of our own. */
const CLOCKS_MS = 5_000
