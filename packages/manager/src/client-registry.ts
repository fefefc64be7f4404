import type { JsonObject, Logger } from "@metricq/client"
import { DelayedWrites } from "./delayed-writes.js"
import type { DocumentStore } from "./documents/store.js"

/** A revision of a configuration at a time, ISO 8601 in UTC. */
interface RevisionAt extends JsonObject {
  readonly revision: string
  readonly time: string
}

/** What became of the configuration of a client; see `ConfigurationState` of the protocol. */
export interface ConfigurationUse extends JsonObject {
  readonly sent?: RevisionAt & { readonly how: "register" | "apply"; readonly by?: string }
  readonly accepted?: RevisionAt
  readonly refused?: RevisionAt & { readonly text: string }
}

/** What is known of a client. Times are ISO 8601 in UTC. */
export interface ClientRecord {
  readonly token: string
  readonly firstSeen: string
  readonly lastSeen: string
  /** The function it asked for last, or `discover` if it has only answered so far. */
  readonly lastFunction: string
  /** When it was found to be no longer connected; it counts if it is not before `lastSeen`. */
  readonly left?: string
  /** What it was given as its configuration, and what it has said to it. */
  readonly configuration?: ConfigurationUse
  /** Its last answer to `discover`. */
  readonly discover?: JsonObject
}

/** Clients remembered; beyond that, those with a random part go first, then those not seen for longest. */
const MAX_CLIENTS = 10_000
/** Clients forgotten at once, so that not every new one sorts them all. */
const SPARE = 1_000
/** Longest answer to `discover` that is kept, as JSON. */
const MAX_DISCOVER = 16_384

/** Longest revision that is kept. */
const MAX_REVISION = 100

const RANDOM_PART = /\.[0-9a-f]{32}$/

/** Who was seen when: every client that has asked the manager for something, or answered a `discover`. */
export class ClientRegistry {
  readonly #max: number
  readonly #clients = new Map<string, ClientRecord>()
  readonly #writes: DelayedWrites

  private constructor(store: DocumentStore, logger: Logger, max: number) {
    const write = (tokens: string[]) => store.update("clients", tokens, (token) => this.#bodyOf(token))
    this.#writes = new DelayedWrites({ what: "the list of clients", write, logger })
    this.#max = max
  }

  static async open(store: DocumentStore, logger: Logger, max = MAX_CLIENTS): Promise<ClientRegistry> {
    const registry = new ClientRegistry(store, logger, max)
    for await (const batch of store.range("clients")) {
      for (const { id, body } of batch) registry.#clients.set(id, { ...(body as unknown as ClientRecord), token: id })
    }
    return registry
  }

  /** A client has asked for a function. */
  seen(token: string, lastFunction: string): void {
    const now = new Date().toISOString()
    const known = this.#clients.get(token)
    this.#put({ ...known, token, firstSeen: known?.firstSeen ?? now, lastSeen: now, lastFunction })
  }

  /** A client has answered `discover`. An answer that is too long only counts as a sign of life. */
  discovered(token: string, answer: JsonObject): void {
    const now = new Date().toISOString()
    const known = this.#clients.get(token) ?? { token, firstSeen: now, lastFunction: "discover" }
    const discover = JSON.stringify(answer).length <= MAX_DISCOVER ? { discover: answer } : {}
    this.#put({ ...known, ...discover, lastSeen: now })
    const { configRevision } = answer
    if (typeof configRevision === "string" && configRevision.length <= MAX_REVISION) {
      this.configurationAccepted(token, configRevision)
    }
  }

  /** A client has given a sign of life, and nothing else. */
  alive(token: string): void {
    const known = this.#clients.get(token)
    if (known) this.#put({ ...known, lastSeen: new Date().toISOString() })
  }

  /** A client is no longer connected. */
  gone(token: string): void {
    const known = this.#clients.get(token)
    if (known) this.#put({ ...known, left: new Date().toISOString() })
  }

  /** A client has been given a revision of its configuration. */
  configurationSent(token: string, revision: string, how: "register" | "apply", by?: string): void {
    const sent = { revision, time: new Date().toISOString(), how, ...(by !== undefined && { by }) }
    const known = this.#known(token)
    const { refused: _, ...rest } = known.configuration ?? {}
    this.#put({ ...known, configuration: { ...rest, sent } })
  }

  /** A client works with a revision of its configuration. Said again, it changes nothing; that it has refused another one stays. */
  configurationAccepted(token: string, revision: string): void {
    const known = this.#known(token)
    const { accepted, refused, ...rest } = known.configuration ?? {}
    const isRefused = refused?.revision === revision
    if (accepted?.revision === revision && !isRefused) return
    const now = { accepted: { revision, time: new Date().toISOString() } }
    this.#put({ ...known, configuration: { ...rest, ...now, ...(refused && !isRefused && { refused }) } })
  }

  /** A client has refused a revision of its configuration. Nothing is kept of one that it was not given last. */
  configurationRefused(token: string, revision: string, text: string): void {
    const known = this.#known(token)
    const refused = { revision, time: new Date().toISOString(), text }
    if (known.configuration?.sent?.revision !== revision) return
    this.#put({ ...known, configuration: { ...known.configuration, refused } })
  }

  /** Whether this client was ever seen, as far as is remembered. */
  has(token: string): boolean {
    return this.#clients.has(token)
  }

  /** What became of the configuration of a client, as far as that is known. */
  configurationUse(token: string): ConfigurationUse | undefined {
    return this.#clients.get(token)?.configuration
  }

  /** All clients by token. */
  list(): ClientRecord[] {
    return [...this.#clients.values()].sort((a, b) => (a.token < b.token ? -1 : 1))
  }

  /** Write what is not written yet. */
  async close(): Promise<void> {
    await this.#writes.close()
  }

  #known(token: string): ClientRecord {
    const now = new Date().toISOString()
    return this.#clients.get(token) ?? { token, firstSeen: now, lastSeen: now, lastFunction: "config" }
  }

  #put(record: ClientRecord): void {
    this.#clients.set(record.token, record)
    this.#writes.add(record.token)
    if (this.#clients.size > this.#max) this.#forget()
  }

  #forget(): void {
    const rank = ({ token, lastSeen }: ClientRecord) => `${RANDOM_PART.test(token) ? 0 : 1}${lastSeen}`
    const byRank = [...this.#clients.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    const excess = byRank.slice(0, this.#clients.size - this.#max + Math.min(SPARE, this.#max - 1))
    for (const { token } of excess) {
      this.#clients.delete(token)
      this.#writes.add(token)
    }
  }

  #bodyOf(id: string): JsonObject | null {
    const record = this.#clients.get(id)
    if (!record) return null
    const { token: _, ...body } = record
    return { ...body }
  }
}
