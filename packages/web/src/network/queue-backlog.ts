import { type Client, RPCError } from "@metricq/client"

/** What waits for a client in queues that outlive it. */
export interface Backlog {
  readonly messages: number
  /** Those of its queues that nobody reads now. */
  readonly unread: number
}

/** The manager looks at each queue for it. */
const FRESH_MS = 10_000

/** How much waits for each client, by token, as the manager tells; read at most every ten seconds. */
export class QueueBacklog {
  readonly #rpc: Pick<Client, "rpc">
  #known: ReadonlyMap<string, Backlog> | undefined
  #readMs = Number.NEGATIVE_INFINITY
  #reading: Promise<ReadonlyMap<string, Backlog>> | undefined

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /** What was read last, while the next is read; only the first has to be waited for. Empty where the manager does not tell. */
  async read(): Promise<ReadonlyMap<string, Backlog>> {
    if (performance.now() - this.#readMs < FRESH_MS && this.#known) return this.#known
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    if (this.#known === undefined) return this.#reading
    this.#reading.catch(() => {}) // what is known stays; the list of clients tells that the manager is away
    return this.#known
  }

  async #read(): Promise<ReadonlyMap<string, Backlog>> {
    const startedMs = performance.now()
    const known = new Map<string, Backlog>()
    for (const { token, messages, consumers } of await this.#queues()) {
      if (messages === null) continue
      const before = known.get(token) ?? { messages: 0, unread: 0 }
      known.set(token, { messages: before.messages + messages, unread: before.unread + (consumers === 0 ? 1 : 0) })
    }
    this.#readMs = startedMs
    this.#known = known
    return known
  }

  async #queues() {
    try {
      return (await this.#rpc.rpc("queue.list", {}, { repeatable: true, timeout: 10 })).queues
    } catch (error) {
      if (error instanceof RPCError) return []
      throw error
    }
  }
}
