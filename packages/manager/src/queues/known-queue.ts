import { bindingSelects, isBindingPattern, type JsonObject } from "@metricq/client"
import type { NameTable } from "./name-table.js"

/** What a client is to a queue that was made for it. */
export type QueueRole = "sink" | "transformer" | "database"

/** A queue that the manager has made. */
export interface QueueMaking {
  readonly queue: string
  /** The client it was made for. */
  readonly token: string
  readonly role: QueueRole
  readonly kind: "data" | "history"
  /** `lasting`: until somebody deletes it. `fleeting`: goes with its last consumer. `kept`: expires some time after it. */
  readonly life: "lasting" | "fleeting" | "kept"
}

/** A queue, and what it is bound to: names as numbers of a {@link NameTable}, patterns as they are. */
export class KnownQueue implements QueueMaking {
  readonly queue: string
  readonly token: string
  readonly role: QueueRole
  readonly kind: "data" | "history"
  readonly life: "lasting" | "fleeting" | "kept"
  /** ISO 8601, in UTC. */
  readonly since: string
  /** Larger after each change of the keys. */
  revision: number
  /** There were more keys than are remembered. */
  isIncomplete = false
  /** When the broker was last asked for it, by the process's own clock. */
  seenMs = Number.NEGATIVE_INFINITY
  readonly #table: NameTable
  readonly #names = new Set<number>()
  readonly #patterns = new Set<string>()

  constructor(table: NameTable, making: QueueMaking & { since: string; revision: number }) {
    this.#table = table
    this.queue = making.queue
    this.token = making.token
    this.role = making.role
    this.kind = making.kind
    this.life = making.life
    this.since = making.since
    this.revision = making.revision
  }

  /** Number of names and patterns. */
  get count(): number {
    return this.#names.size + this.#patterns.size
  }

  get patterns(): ReadonlySet<string> {
    return this.#patterns
  }

  /** Names and patterns, in the order in which they came; patterns first. */
  *keys(): Iterable<string> {
    yield* this.#patterns
    for (const number of this.#names) yield this.#table.name(number)
  }

  /** True if it is new. */
  add(key: string): boolean {
    const before = this.count
    if (isBindingPattern(key)) this.#patterns.add(key)
    else if (!this.#has(key)) this.#names.add(this.#table.take(key))
    return this.count > before
  }

  /** True if it was there. */
  remove(key: string): boolean {
    if (isBindingPattern(key)) return this.#patterns.delete(key)
    const number = this.#table.find(key)
    if (number === undefined || !this.#names.delete(number)) return false
    this.#table.release(number)
    return true
  }

  /** Let go of all keys. */
  clear(): void {
    for (const number of this.#names) this.#table.release(number)
    this.#names.clear()
    this.#patterns.clear()
  }

  /** The name or pattern by which a metric reaches this queue, or `undefined`. */
  via(metric: string): string | undefined {
    if (this.#has(metric)) return metric
    for (const pattern of this.#patterns) if (bindingSelects(pattern, metric)) return pattern
    return undefined
  }

  /** As it is told, without keys. */
  summary(): JsonObject {
    return {
      token: this.token,
      role: this.role,
      queue: this.queue,
      since: this.since,
      count: this.count,
      patterns: [...this.#patterns].slice(0, SHOWN_PATTERNS),
      revision: this.revision,
      ...(this.isIncomplete && { incomplete: true }),
    }
  }

  #has(name: string): boolean {
    const number = this.#table.find(name)
    return number !== undefined && this.#names.has(number)
  }
}

const SHOWN_PATTERNS = 100
