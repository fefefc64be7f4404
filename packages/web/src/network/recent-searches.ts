import type { CatalogueEntry } from "./catalogue.js"

const KEPT = 8

/** Results of the latest searches of one list, so that paging through one does not search again. A new list begins anew. */
export class RecentSearches {
  #list: readonly CatalogueEntry[] | undefined
  readonly #results = new Map<string, readonly CatalogueEntry[]>()

  /** What `search` has found in this list for this key, or finds now. */
  find(
    list: readonly CatalogueEntry[],
    key: string,
    search: (list: readonly CatalogueEntry[]) => readonly CatalogueEntry[],
  ): readonly CatalogueEntry[] {
    if (this.#list !== list) this.#results.clear()
    this.#list = list
    const found = this.#results.get(key) ?? search(list)
    this.#results.delete(key)
    this.#results.set(key, found)
    for (const oldest of this.#results.keys()) if (this.#results.size > KEPT) this.#results.delete(oldest)
    return found
  }
}
