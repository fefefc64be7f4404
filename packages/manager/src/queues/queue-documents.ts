import type { JsonObject } from "@metricq/client"
import type { DocumentStore } from "../documents/store.js"
import type { KnownQueue, QueueMaking } from "./known-queue.js"

/** Keys in one document: at 255 bytes each it stays below what a document may have. */
const KEYS = 3000

/** A queue as it was written, and a part of its keys. */
export interface QueuePart extends QueueMaking {
  readonly since: string
  readonly keys: readonly string[]
  readonly incomplete: boolean
}

/** Queues as documents, each in as many parts as its keys need. */
export class QueueDocuments {
  readonly #store: DocumentStore
  /** Parts written of each queue. */
  readonly #parts = new Map<string, number>()

  constructor(store: DocumentStore) {
    this.#store = store
  }

  /** Everything that was written. */
  async *read(): AsyncIterable<QueuePart> {
    for await (const batch of this.#store.range("queues")) {
      for (const { body } of batch) {
        const part = body as unknown as QueuePart
        this.#parts.set(part.queue, (this.#parts.get(part.queue) ?? 0) + 1)
        yield part
      }
    }
  }

  /** Write queues as they are now; `undefined` deletes what was written. */
  async write(queues: ReadonlyMap<string, KnownQueue | undefined>): Promise<void> {
    const documents = new Map<string, JsonObject | null>()
    const written = new Map<string, number>()
    for (const [name, queue] of queues) {
      const bodies = queue ? partsOf(queue) : []
      const before = this.#parts.get(name) ?? 0
      for (let part = 0; part < Math.max(before, bodies.length); part++) {
        documents.set(`${name}/${part}`, bodies[part] ?? null)
      }
      written.set(name, bodies.length)
    }
    await this.#store.update("queues", [...documents.keys()], (id) => documents.get(id))
    for (const [name, parts] of written) {
      if (parts > 0) this.#parts.set(name, parts)
      else this.#parts.delete(name)
    }
  }
}

/** At least one, also without keys. */
function partsOf(known: KnownQueue): JsonObject[] {
  const { queue, token, role, kind, life, since, isIncomplete } = known
  const keys = [...known.keys()]
  const parts: JsonObject[] = []
  for (let at = 0; at === 0 || at < keys.length; at += KEYS) {
    const some = keys.slice(at, at + KEYS)
    parts.push({ queue, token, role, kind, life, since, keys: some, incomplete: isIncomplete })
  }
  return parts
}
