import type { Logger } from "@metricq/client"
import { DelayedWrites } from "../delayed-writes.js"
import type { DocumentStore } from "../documents/store.js"
import { KnownQueue, type QueueMaking } from "./known-queue.js"
import { NameTable } from "./name-table.js"
import { QueueDocuments } from "./queue-documents.js"

/** Queues remembered; beyond that the oldest go that end by themselves. */
const MAX_QUEUES = 10_000
/** Keys remembered of all queues together: some hundred megabytes. A queue whose keys do not fit is marked. */
const MAX_KEYS = 5_000_000

/** Bounds, smaller in tests. */
export interface QueueBounds {
  readonly queues?: number
  readonly keys?: number
}

/**
 * The queues that the manager has made, and what they are bound to: brokers do not tell by AMQP.
 *
 * It is what went over this manager: bindings made by others are not known. A queue that is gone from the broker is forgotten when
 * somebody notices, see `queue-watch.ts`.
 */
export class QueueRegistry {
  readonly #documents: QueueDocuments
  readonly #bounds: Required<QueueBounds>
  readonly #table = new NameTable()
  readonly #queues = new Map<string, KnownQueue>()
  readonly #writes: DelayedWrites
  #keys = 0
  /** Goes on from a start of the manager to the next, as time does. */
  #revision = Date.now()

  private constructor(store: DocumentStore, logger: Logger, bounds: QueueBounds) {
    this.#documents = new QueueDocuments(store)
    const write = (names: string[]) =>
      this.#documents.write(new Map(names.map((name) => [name, this.#queues.get(name)])))
    this.#writes = new DelayedWrites({ what: "the list of queues", write, logger })
    this.#bounds = { queues: MAX_QUEUES, keys: MAX_KEYS, ...bounds }
  }

  static async open(store: DocumentStore, logger: Logger, bounds: QueueBounds = {}): Promise<QueueRegistry> {
    const registry = new QueueRegistry(store, logger, bounds)
    for await (const { keys, incomplete, ...making } of registry.#documents.read()) {
      const queue = registry.#queues.get(making.queue) ?? registry.#make(making)
      queue.isIncomplete = incomplete
      registry.#addKeys(queue, keys)
    }
    return registry
  }

  /** The revision of the last change. */
  get revision(): number {
    return this.#revision
  }

  /** All queues, in the order in which they were made. */
  list(): KnownQueue[] {
    return [...this.#queues.values()]
  }

  get(queue: string): KnownQueue | undefined {
    return this.#queues.get(queue)
  }

  /**
   * A queue has been made, or was there, and has been bound to `keys` besides what it was bound to.
   *
   * With `madeAfter` it was made just now, after that revision: what is remembered from before then was bound to another queue of
   * this name.
   */
  bound(making: QueueMaking, keys: readonly string[], madeAfter?: number): void {
    let queue = this.#queues.get(making.queue)
    if (queue && madeAfter !== undefined && queue.revision <= madeAfter) {
      this.#drop(queue)
      queue = undefined
    }
    queue ??= this.#make({ ...making, since: new Date().toISOString() })
    this.#addKeys(queue, keys)
    this.#changed(making.queue, queue)
    if (this.#queues.size > this.#bounds.queues) this.#forgetOldest()
  }

  /** A queue was there that nothing is remembered of. */
  found(making: QueueMaking): void {
    this.bound(making, [])
    this.#queues.get(making.queue)!.isIncomplete = true
  }

  /** A queue is not bound to `keys` any more. */
  unbound(name: string, keys: readonly string[]): void {
    const queue = this.#queues.get(name)
    if (!queue) return
    for (const key of keys) if (queue.remove(key)) this.#keys--
    this.#changed(name, queue)
  }

  /** A queue is gone. */
  forget(name: string): void {
    const queue = this.#queues.get(name)
    if (!queue) return
    this.#drop(queue)
    this.#changed(name)
  }

  /** Write what is not written yet. */
  async close(): Promise<void> {
    await this.#writes.close()
  }

  #make(making: QueueMaking & { since: string }): KnownQueue {
    const queue = new KnownQueue(this.#table, { ...making, revision: ++this.#revision })
    this.#queues.set(queue.queue, queue)
    return queue
  }

  #addKeys(queue: KnownQueue, keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#keys >= this.#bounds.keys && queue.via(key) === undefined) queue.isIncomplete = true
      else if (queue.add(key)) this.#keys++
    }
  }

  #drop(queue: KnownQueue): void {
    this.#keys -= queue.count
    queue.clear()
    this.#queues.delete(queue.queue)
  }

  #forgetOldest(): void {
    const spare = Math.ceil(this.#bounds.queues / 10)
    const ending = this.list().filter(({ life }) => life !== "lasting")
    for (const { queue } of ending.slice(0, spare)) this.forget(queue)
  }

  #changed(name: string, queue?: KnownQueue): void {
    this.#revision++
    if (queue) queue.revision = this.#revision
    this.#writes.add(name)
  }
}
