import type { ClientFilters } from "./client-info.js"

const KEYS = ["search", "state", "role", "host", "drift"] as const

/** The filters that an address holds; empty texts for those it does not. */
export function filtersOf(query: string): ClientFilters & { all: boolean } {
  const given = new URLSearchParams(query)
  const [search, state, role, host, drift] = KEYS.map((key) => given.get(key) ?? "") as [
    string,
    string,
    string,
    string,
    string,
  ]
  return { search, state, role, host, drift, all: given.get("all") === "1" }
}

/** The address of the list with these filters, below the base; empty ones are left out. */
export function addressOf(filters: Partial<ClientFilters> & { all?: boolean }): string {
  const query = new URLSearchParams()
  for (const key of KEYS) if (filters[key]) query.set(key, filters[key])
  if (filters.all) query.set("all", "1")
  return query.size > 0 ? `clients?${query}` : "clients"
}
