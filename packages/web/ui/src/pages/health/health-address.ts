/** What the page of health shows, as its address says. */
export interface HealthView {
  view: "findings" | "history" | "settings"
  /** `open` by default. */
  state: string
  severity: string
  kind: string
  source: string
  /** Who looks after it: a name, or {@link MINE} or {@link NOBODY}. */
  assignee: string
  search: string
  /** The finding that is open. */
  id: string
}

/** Stand for names in a view. */
export const MINE = "@me"
export const NOBODY = "@nobody"

const VIEWS = ["findings", "history", "settings"] as const
const KEYS = ["state", "severity", "kind", "source", "assignee", "search", "id"] as const
const DEFAULTS: HealthView = {
  ...{ view: "findings", state: "open", severity: "", kind: "", source: "", assignee: "", search: "", id: "" },
}

/**
 * The view of an address: of its query, and of what stands after `health/`; what is missing or unknown is as by default. A finding that is named is
 * looked for in any state.
 */
export function viewOf(query: string, rest = ""): HealthView {
  const given = new URLSearchParams(query)
  const view: HealthView = { ...DEFAULTS }
  for (const key of KEYS) view[key] = given.get(key) ?? DEFAULTS[key]
  // Older addresses have it in the query.
  view.view = VIEWS.find((each) => each === (rest || given.get("view"))) ?? DEFAULTS.view
  if (!["open", "acknowledged", "muted", "all"].includes(view.state)) view.state = "open"
  if (view.id !== "" && !given.has("state")) view.state = "all"
  return view
}

/** The address of a view, without what is as by default: `health`, `health/settings`, `health?kind=nan`. */
export function addressOf(view: HealthView): string {
  const query = new URLSearchParams()
  for (const key of KEYS) {
    const isDefault = view[key] === DEFAULTS[key] && !(key === "state" && view.id !== "")
    if (!isDefault) query.set(key, view[key])
  }
  const text = query.toString()
  return `health${view.view === "findings" ? "" : `/${view.view}`}${text === "" ? "" : `?${text}`}`
}

/** What a view asks the server for. */
export function queryOf({ assignee, state, severity, kind, source, search }: HealthView) {
  const common = { state, severity, kind, source, search }
  if (assignee === MINE) return { ...common, mine: "true" }
  if (assignee === NOBODY) return { ...common, unassigned: "true" }
  return { ...common, assignee }
}
