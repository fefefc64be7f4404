import type { Client, Logger, Metadata } from "@metricq/client"

/** A metric and what is known of it. */
export interface CatalogueEntry {
  readonly name: string
  readonly metadata: Metadata
}

/**
 * The metrics of a network and their metadata, kept in memory and read anew every few seconds.
 *
 * Life cycle: `start()` once its client is connected, `stop()`.
 */
export class Catalogue {
  readonly #client: Pick<Client, "rpc" | "getMetrics">
  readonly #logger: Logger
  #entries = new Map<string, CatalogueEntry>()
  #trouble: string | undefined = "it is not connected yet"

  constructor(client: Pick<Client, "rpc" | "getMetrics">, logger: Logger) {
    this.#client = client
    this.#logger = logger
  }

  /** How many metrics there are. */
  get size(): number {
    return this.#entries.size
  }

  /** Why it is not up to date; undefined if it is. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** What is known of a metric; undefined if there is none of this name. */
  get(name: string): CatalogueEntry | undefined {
    return this.#entries.get(name)
  }

  /** All metrics, by name. */
  entries(): IterableIterator<CatalogueEntry> {
    return this.#entries.values()
  }

  async start(): Promise<void> {
    await this.refresh()
  }

  stop(): void {}

  /** Read everything anew. */
  async refresh(): Promise<void> {
    const metrics = await this.#client.getMetrics({ historic: undefined })
    const names = Object.keys(metrics).sort()
    this.#entries = new Map(names.map((name) => [name, { name, metadata: metrics[name]! }]))
    this.#trouble = undefined
    this.#logger.debug(`${names.length} metrics are known`)
  }
}
