/** A revision at a time, ISO 8601. */
export interface RevisionAt {
  revision: string
  time: string
}

/** What became of the configuration of a client; what nobody knows is absent. */
export interface ConfigurationState {
  stored?: RevisionAt & { author: string; by?: string; note?: string }
  sent?: RevisionAt & { how: "register" | "apply"; by?: string }
  accepted?: RevisionAt
  refused?: RevisionAt & { text: string }
}

/** How what a client works with relates to what is stored; see `docs/reference/http.md`. */
export type ConfigDrift = "none" | "current" | "sent" | "refused" | "outdated" | "never"

/** A client as the server lists it. Times are ISO 8601. */
export interface ClientRecord {
  token: string
  /** `up`: it answers; `late`: it is connected and silent; `gone`: it is not connected. */
  state: "up" | "late" | "gone"
  firstSeen: string
  lastSeen: string
  lastFunction: string
  /** Its last answer to `discover`, whose keys are up to the client. */
  discover?: Record<string, unknown>
  /** Whether there is a configuration for it. */
  config: boolean
  configuration?: ConfigurationState
  drift: ConfigDrift
  /** How many metrics it declares. */
  metrics: number
  /** Points a second: what its metrics declare in all, and what it has sent; null where it does not tell. */
  rates: { declared: number; measured: number | null }
}

/** What a client has subscribed to: names and patterns of the broker. */
export interface Consumed {
  /** How many there are; `keys` may be fewer. */
  total: number
  keys: string[]
}

/** Everything about one client. */
export interface ClientDetails extends ClientRecord {
  kind: { name: string; summary: string } | null
  produced: {
    total: number
    metrics: { name: string; unit: string | null; rate: number | null; description: string | null }[]
  }
  /** null where the manager does not tell. */
  consumed: Consumed | null
}

/** What a client says of itself, as far as it does. */
export interface ClientInfo {
  host: string
  /** Its own version, else that of the library it is made with. */
  version: string
  /** What it is made with: `metricq-ts/0.1.0`. */
  library: string
  /** Seconds, counted on from its last answer while it is up. */
  uptimeS: number | undefined
}

/** What is known of a client at a time; empty where it has never answered. */
export function clientInfo({ discover = {}, state, lastSeen }: ClientRecord, nowMs: number): ClientInfo {
  const text = (key: string) => (typeof discover[key] === "string" ? (discover[key] as string) : "")
  const library = text("metricqVersion")
  return { host: text("hostname"), version: text("version") || library, library, uptimeS: uptimeOf() }

  function uptimeOf(): number | undefined {
    if (state !== "up") return undefined
    const started = Date.parse(text("startingTime"))
    const answered = Date.parse(text("currentTime"))
    // By the client's own clock, which may be off: both times are of it.
    if (Number.isNaN(started) || Number.isNaN(answered)) return undefined
    return Math.max(0, (answered - started + Math.max(0, nowMs - Date.parse(lastSeen))) / 1000)
  }
}

/** What a client is for, by its token. */
export function roleOf(
  token: string,
): "source" | "transformer" | "sink" | "db" | "history" | "manager" | "web" | "other" {
  const [first = ""] = token.split(/[-.]/)
  if (first === "management" || first === "manager") return "manager"
  const known = ["source", "transformer", "sink", "db", "history", "web"] as const
  return known.find((role) => role === first) ?? "other"
}

/** A token that a client made up for one life: it ends in 32 random digits. */
export function isPassing(token: string): boolean {
  return /\.[0-9a-f]{32}$/.test(token)
}

/** A token without its random part. */
export function shortToken(token: string): string {
  return token.replace(/\.([0-9a-f]{4})[0-9a-f]{28}$/, ".$1…")
}

/** The name of a queue without most of the random parts that it has from its client and of its own: `web-live.6a16…-1101…-kept-data`. */
export function shortQueue(queue: string): string {
  return queue.replace(/(?<![0-9a-f])([0-9a-f]{4})[0-9a-f]{28}(?![0-9a-f])/g, "$1…")
}

/** Which clients of a list are wanted; empty texts do not filter. */
export interface ClientFilters {
  search: string
  state: string
  role: string
  host: string
  drift: string
}

/** Clients in the order of a list: those that are up first, those of a moment last, by token. */
export function listed(clients: readonly ClientRecord[], filters: Partial<ClientFilters>): ClientRecord[] {
  const wanted = (filters.search ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ state, token }: ClientRecord) => (isPassing(token) ? 2 : 0) + (state === "gone" ? 1 : 0)
  const fits = (filter: string | undefined, value: string) => !filter || filter === value
  return clients
    .filter((client) => {
      const host = hostOf(client)
      const text = `${client.token} ${client.state} ${host}`.toLowerCase()
      return (
        wanted.every((word) => text.includes(word)) &&
        fits(filters.state, client.state) &&
        fits(filters.role, roleOf(client.token)) &&
        fits(filters.host, host) &&
        fits(filters.drift, client.drift)
      )
    })
    .sort((a, b) => rank(a) - rank(b) || (a.token < b.token ? -1 : 1))
}

/** Hosts that clients have told, each once, in order. */
export function hostsOf(clients: readonly ClientRecord[]): string[] {
  return [...new Set(clients.map(hostOf))].filter((host) => host !== "").sort()
}

function hostOf({ discover }: ClientRecord): string {
  return typeof discover?.hostname === "string" ? discover.hostname : ""
}
