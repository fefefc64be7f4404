import type { QueueLook, Topology } from "../topology/topology.js"
import type { KnownQueue, QueueMaking } from "./known-queue.js"
import type { QueueRegistry } from "./queue-registry.js"

/** Queues that are looked at, at once. */
const AT_ONCE = 16
/** Pause between two rounds of looking whether queues are still there, and how long a round may take. */
const ROUND_MS = 60_000
const ROUND_BUDGET_MS = 1_000
/** Names remembered that no queue was found under. */
const MAX_SOUGHT = 20_000

/**
 * Asks the broker for queues, a few at a time and for a limited time, and has those forgotten that are gone.
 *
 * Life cycle: `start()` begins to do so once a minute, `stop()`.
 */
export class QueueWatch {
  readonly #registry: QueueRegistry
  readonly #topology: Topology
  readonly #sought = new Set<string>()
  #soughtMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(registry: QueueRegistry, topology: Topology) {
    this.#registry = registry
    this.#topology = topology
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.refresh(ROUND_MS, ROUND_BUDGET_MS).catch(() => {}) // the broker is away: there will be another round
    }, ROUND_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** What is in the queues; those that could not be looked at within `budgetMs` are missing. */
  async look(queues: readonly KnownQueue[], budgetMs: number): Promise<Map<string, QueueLook>> {
    const looks = new Map<string, QueueLook>()
    await this.#each(queues, budgetMs, async (known) => {
      const { queue, revision } = known
      const look = await this.#topology.lookAt(queue)
      known.seenMs = performance.now()
      if (look) looks.set(queue, look)
      else if (this.#registry.get(queue)?.revision === revision) this.#registry.forget(queue)
    })
    return looks
  }

  /** Have those forgotten that are gone, of queues that were not looked at within `freshMs`. */
  async refresh(freshMs: number, budgetMs: number): Promise<void> {
    const since = performance.now() - freshMs
    await this.look(
      this.#registry.list().filter(({ seenMs }) => seenMs < since),
      budgetMs,
    )
  }

  /** True once a round. */
  isTimeToSeek(): boolean {
    const now = performance.now()
    if (now - this.#soughtMs < ROUND_MS) return false
    this.#soughtMs = now
    return true
  }

  /** Take in queues that may be there from before anybody remembered them; each is looked for once. */
  async seek(queues: readonly QueueMaking[], budgetMs: number): Promise<void> {
    const unknown = queues.filter(({ queue }) => !this.#registry.get(queue) && !this.#sought.has(queue))
    await this.#each(unknown, budgetMs, async (making) => {
      if (await this.#topology.lookAt(making.queue)) this.#registry.found(making)
      else if (this.#sought.size < MAX_SOUGHT) this.#sought.add(making.queue)
    })
  }

  async #each<T>(items: readonly T[], budgetMs: number, action: (item: T) => Promise<void>): Promise<void> {
    const endMs = performance.now() + budgetMs
    const rest = items.values()
    const work = async () => {
      for (const item of rest) {
        if (performance.now() > endMs) return
        await action(item)
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work))
  }
}
