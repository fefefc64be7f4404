/** A client as the server lists it. Times are ISO 8601. */
export interface ClientRecord {
  token: string
  /** `up`: it has answered when everybody was asked last. */
  state: "up" | "late" | "gone"
  firstSeen: string
  lastSeen: string
  lastFunction: string
  /** Its last answer to `discover`, whose keys are up to the client. */
  discover?: Record<string, unknown>
  /** Whether there is a configuration for it. */
  config: boolean
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
export function roleOf(token: string): "source" | "transformer" | "sink" | "db" | "history" | "manager" | "other" {
  const [first = ""] = token.split(/[-.]/)
  if (first === "management" || first === "manager") return "manager"
  const known = ["source", "transformer", "sink", "db", "history"] as const
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

/** Clients in the order of a list: those that are up first, those of a moment last, by token. */
export function listed(clients: readonly ClientRecord[], words: string): ClientRecord[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ state, token }: ClientRecord) => (isPassing(token) ? 2 : 0) + (state === "gone" ? 1 : 0)
  return clients
    .filter((client) => {
      const text = `${client.token} ${client.state} ${client.discover?.hostname ?? ""}`.toLowerCase()
      return wanted.every((word) => text.includes(word))
    })
    .sort((a, b) => rank(a) - rank(b) || (a.token < b.token ? -1 : 1))
}
