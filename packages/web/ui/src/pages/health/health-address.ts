/** What the page of health shows, as its address says. */
export interface HealthView {
  view: "findings" | "history" | "settings"
  /** `open` by default. */
  state: string
  severity: string
  kind: string
  source: string
  search: string
  /** The finding that is open. */
  id: string
}

const KEYS = ["view", "state", "severity", "kind", "source", "search", "id"] as const
const DEFAULTS: HealthView = { view: "findings", state: "open", severity: "", kind: "", source: "", search: "", id: "" }

/** The view of an address; what is missing or unknown is as by default. A finding that is named is looked for in any state. */
export function viewOf(query: string): HealthView {
  const given = new URLSearchParams(query)
  const view: HealthView = { ...DEFAULTS }
  for (const key of KEYS) view[key] = (given.get(key) ?? DEFAULTS[key]) as never
  if (!["findings", "history", "settings"].includes(view.view)) view.view = "findings"
  if (!["open", "acknowledged", "muted", "all"].includes(view.state)) view.state = "open"
  if (view.id !== "" && !given.has("state")) view.state = "all"
  return view
}

/** The query of a view, without what is as by default. */
export function queryOf(view: HealthView): string {
  const query = new URLSearchParams()
  for (const key of KEYS) {
    const isDefault = view[key] === DEFAULTS[key] && !(key === "state" && view.id !== "")
    if (!isDefault) query.set(key, view[key])
  }
  return query.toString()
}
