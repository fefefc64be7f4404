import type { ClientFilters } from "./client-info.js"

const KEYS = ["search", "state", "role", "host", "drift"] as const

/** What a list shows of the clients, and how. */
export interface ClientView extends ClientFilters {
  /** With those that were there for a moment. */
  all: boolean
  /** Key of the label that they are grouped by; empty for none. */
  group: string
}

/** The view that an address holds; empty texts for filters it does not. */
export function viewOf(query: string): ClientView {
  const given = new URLSearchParams(query)
  const [search, state, role, host, drift] = KEYS.map((key) => given.get(key) ?? "") as [
    string,
    string,
    string,
    string,
    string,
  ]
  const labels = [...new Set(given.getAll("label").filter((label) => label !== ""))]
  return { search, state, role, host, drift, labels, all: given.get("all") === "1", group: given.get("group") ?? "" }
}

/** The address of the list with this view, below the base; what is empty is left out. */
export function addressOf(view: Partial<ClientView>): string {
  const query = new URLSearchParams()
  for (const key of KEYS) if (view[key]) query.set(key, view[key])
  for (const label of view.labels ?? []) query.append("label", label)
  if (view.group) query.set("group", view.group)
  if (view.all) query.set("all", "1")
  return query.size > 0 ? `clients?${query}` : "clients"
}
