import { hasLabels, labelText } from "@metricq/protocol"
import { groupBy } from "../../lib/group-by.js"

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
  /** Absent in the live list of those that are up. */
  lastSeen?: string
  host?: string
  /** Its own version, else that of the library it is made with. */
  version?: string
  /** What it is made with: `metricq-ts/0.1.0`. */
  library?: string
  /** The version that most of its kind run, if that is newer. */
  newer?: string
  /** When it was started. */
  upSince?: string
  /** Whether there is a configuration for it. */
  config: boolean
  configuration?: ConfigurationState
  drift: ConfigDrift
  /** How many metrics it declares. */
  metrics: number
  /** Points a second: what its metrics declare in all, and what it has sent where it tells. */
  rates: { declared: number; measured?: number | null }
  /** What people have put on it; `""` is the value of those that are only a word. */
  labels?: Record<string, string>
  /** What waits for it in queues that outlive it, and how many of them nobody reads. */
  backlog?: { messages: number; unread: number }
}

/** What a client has subscribed to: names and patterns of the broker. */
export interface Consumed {
  /** How many there are; `keys` may be fewer. */
  total: number
  keys: string[]
}

/** Everything about one client. */
export interface ClientDetails extends ClientRecord {
  firstSeen: string
  lastSeen: string
  lastFunction: string
  /** Its last answer to `discover`, whose keys are up to the client. */
  discover?: Record<string, unknown>
  kind: { name: string; summary: string } | null
  produced: {
    total: number
    metrics: { name: string; unit: string | null; rate: number | null; description: string | null }[]
  }
  /** null where the manager does not tell. */
  consumed: Consumed | null
}

/** Seconds that a client has been running; undefined where that is not known, or it is not there. */
export function uptimeS({ state, upSince }: ClientRecord, nowMs: number): number | undefined {
  if (state !== "up" || upSince === undefined) return undefined
  return Math.max(0, (nowMs - Date.parse(upSince)) / 1000)
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
  /** All of which they have: `key=value`, or `key` with any value. */
  labels: readonly string[]
}

/** Clients in the order of a list: those that are up first, those of a moment last, by token. */
export function listed(clients: readonly ClientRecord[], filters: Partial<ClientFilters>): ClientRecord[] {
  const wanted = (filters.search ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ state, token }: ClientRecord) => (isPassing(token) ? 2 : 0) + (state === "gone" ? 1 : 0)
  const fits = (filter: string | undefined, value: string) => !filter || filter === value
  return clients
    .filter((client) => {
      const { host = "", labels = {} } = client
      const words = Object.entries(labels).map(([key, value]) => labelText(key, value))
      const text = [client.token, client.state, host, ...words].join(" ").toLowerCase()
      return (
        wanted.every((word) => text.includes(word)) &&
        fits(filters.state, client.state) &&
        fits(filters.role, roleOf(client.token)) &&
        fits(filters.host, host) &&
        fits(filters.drift, client.drift) &&
        hasLabels(labels, filters.labels ?? [])
      )
    })
    .sort((a, b) => rank(a) - rank(b) || (a.token < b.token ? -1 : 1))
}

/** Hosts that clients have told, each once, in order. */
export function hostsOf(clients: readonly ClientRecord[]): string[] {
  return [...new Set(clients.map(({ host = "" }) => host))].filter((host) => host !== "").sort()
}

/** Labels that clients have, as they are written, each once, in order; and their keys. */
export function labelsOf(clients: readonly ClientRecord[]): { labels: string[]; keys: string[] } {
  const all = clients.flatMap(({ labels = {} }) => Object.entries(labels))
  const unique = (texts: string[]) => [...new Set(texts)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  return { labels: unique(all.map(([key, value]) => labelText(key, value))), keys: unique(all.map(([key]) => key)) }
}

/** Clients by the value that they have for a label, those without it last, in the order of the list otherwise; `undefined` is their value. */
export function grouped(clients: readonly ClientRecord[], key: string): [string | undefined, ClientRecord[]][] {
  const own = ({ labels = {} }: ClientRecord) => (Object.hasOwn(labels, key) ? labels[key] : undefined)
  return [...groupBy(clients, own)].sort(([a], [b]) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
    return a.localeCompare(b, "en", { numeric: true })
  })
}
