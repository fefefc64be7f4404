import type { Catalogue, CatalogueEntry } from "./catalogue.js"
import type { ClientList, SeenClient } from "./client-list.js"
import { type ClientRow, clientRows } from "./client-row.js"
import type { Backlog, QueueBacklog } from "./queue-backlog.js"

/** What rows are made of. */
export interface RowSources {
  readonly clientList: Pick<ClientList, "list">
  readonly catalogue: Pick<Catalogue, "list">
  readonly backlog: Pick<QueueBacklog, "read">
}

/** Reads the rows of all clients; they are the same list until something they are made of is another. */
export class ClientRowReader {
  readonly #sources: RowSources
  #of: readonly [readonly SeenClient[], readonly CatalogueEntry[], ReadonlyMap<string, Backlog>] | undefined
  #rows: readonly ClientRow[] = []

  constructor(sources: RowSources) {
    this.#sources = sources
  }

  /** All of them by token. Rejects as RPCs do if the manager is away or does not tell. */
  async read(): Promise<readonly ClientRow[]> {
    const { clientList, catalogue, backlog } = this.#sources
    const [clients, waiting] = await Promise.all([clientList.list(), backlog.read()])
    const entries = catalogue.list()
    const [ofClients, ofEntries, ofWaiting] = this.#of ?? []
    if (ofClients === clients && ofEntries === entries && ofWaiting === waiting) return this.#rows
    this.#rows = clientRows(clients, entries, waiting)
    this.#of = [clients, entries, waiting]
    return this.#rows
  }
}
