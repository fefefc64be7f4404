import { setTimeout as pause } from "node:timers/promises"
import type { Client } from "@metricq/client"

/** What waits for a client in queues that outlive it. */
export interface Backlog {
  readonly messages: number
  /** Those of its queues that nobody reads now. */
  readonly unread: number
}

/** The manager looks at each queue for it. */
const FRESH_MS = 10_000
/** The first reading is waited for, but lists of clients do not wait for queues any longer. */
const WAIT_MS = 1_000

const nothing: ReadonlyMap<string, Backlog> = new Map()

/** How much waits for each client, by token, as the manager tells; read at most every ten seconds. */
export class QueueBacklog {
  readonly #rpc: Pick<Client, "rpc">
  #known: ReadonlyMap<string, Backlog> | undefined
  #readMs = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /** What was read last, while the next is read; only for the first is waited a second. Empty where the manager does not tell. */
  async read(): Promise<ReadonlyMap<string, Backlog>> {
    if (performance.now() - this.#readMs < FRESH_MS) return this.#known ?? nothing
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    if (this.#known === undefined) await Promise.race([this.#reading, pause(WAIT_MS, undefined, { ref: false })])
    return this.#known ?? nothing
  }

  /** Never rejects: what is known stays, and the list of clients tells that the manager is away. */
  async #read(): Promise<void> {
    const startedMs = performance.now()
    try {
      const { queues } = await this.#rpc.rpc("queue.list", {}, { repeatable: true, timeout: 10 })
      const known = new Map<string, Backlog>()
      for (const { token, messages, consumers } of queues) {
        if (messages === null) continue
        const before = known.get(token) ?? { messages: 0, unread: 0 }
        known.set(token, { messages: before.messages + messages, unread: before.unread + (consumers === 0 ? 1 : 0) })
      }
      this.#known = known
    } catch {
      this.#known ??= nothing
    }
    this.#readMs = startedMs
  }
}
