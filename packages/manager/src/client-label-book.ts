import {
  type ClientLabels,
  checkLabel,
  type JsonObject,
  type LabelChange,
  labelText,
  MAX_LABELS,
} from "@metricq/client"
import type { DocumentStore } from "./documents/store.js"
import { RequestError } from "./request-error.js"

/** Characters of all labels together with their tokens, so that they always fit into an answer. */
const MAX_CHARACTERS = 2 * 1024 * 1024

/**
 * The labels of clients, by token: read once, kept in memory, and stored before a change is answered. Changes are made one after the other.
 */
export class ClientLabelBook {
  readonly #store: DocumentStore
  readonly #max: number
  readonly #labels = new Map<string, ClientLabels>()
  #characters = 0
  #changing: Promise<unknown> = Promise.resolve()

  private constructor(store: DocumentStore, max: number) {
    this.#store = store
    this.#max = max
  }

  static async open(store: DocumentStore, max = MAX_CHARACTERS): Promise<ClientLabelBook> {
    const book = new ClientLabelBook(store, max)
    for await (const batch of store.range("labels")) {
      for (const { id, body } of batch) book.#put(id, body as ClientLabels)
    }
    return book
  }

  /** The labels of a client; undefined if it has none. */
  get(token: string): ClientLabels | undefined {
    return this.#labels.get(token)
  }

  /** Clients that have labels, by token. */
  list(): Record<string, ClientLabels> {
    return Object.fromEntries([...this.#labels].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /**
   * Change labels of clients, of all or of none. Resolves to what they have afterwards.
   *
   * @throws {DataError} `label`; {RequestError} if a client would have too many, or there is no room for more; {StorageError}
   */
  change(changes: ReadonlyMap<string, LabelChange>): Promise<Record<string, ClientLabels>> {
    const changing = this.#changing.then(() => this.#change(changes))
    this.#changing = changing.catch(() => {})
    return changing
  }

  async #change(changes: ReadonlyMap<string, LabelChange>): Promise<Record<string, ClientLabels>> {
    const next = new Map([...changes].map(([token, change]) => [token, changed(token, this.get(token), change)]))
    const more = [...next].reduce((sum, [token, labels]) => sum + lengthOf(token, labels) - this.#lengthOf(token), 0)
    if (more > 0 && this.#characters + more > this.#max) {
      throw new RequestError(`all labels together have ${this.#max} characters at most; take some away first`)
    }
    await this.#store.update("labels", [...next.keys()], (token) => bodyOf(next.get(token) ?? {}))
    for (const [token, labels] of next) this.#put(token, labels)
    return Object.fromEntries(next)
  }

  #put(token: string, labels: ClientLabels): void {
    this.#characters += lengthOf(token, labels) - this.#lengthOf(token)
    if (Object.keys(labels).length > 0) this.#labels.set(token, labels)
    else this.#labels.delete(token)
  }

  #lengthOf(token: string): number {
    return lengthOf(token, this.#labels.get(token) ?? {})
  }
}

/** Keys in order, so that the same labels are the same document. */
function changed(token: string, before: ClientLabels = {}, change: LabelChange): ClientLabels {
  const labels = new Map(Object.entries(before))
  for (const [key, value] of Object.entries(change)) {
    checkLabel(key, value ?? "")
    if (value === null) labels.delete(key)
    else labels.set(key, value)
  }
  if (labels.size > MAX_LABELS && labels.size > Object.keys(before).length) {
    throw new RequestError(`${token} would have ${labels.size} labels, at most ${MAX_LABELS} are kept`)
  }
  return Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function bodyOf(labels: ClientLabels): JsonObject | null {
  return Object.keys(labels).length > 0 ? { ...labels } : null
}

function lengthOf(token: string, labels: ClientLabels): number {
  const entries = Object.entries(labels)
  return entries.length === 0
    ? 0
    : entries.reduce((sum, [key, value]) => sum + labelText(key, value).length, token.length)
}
