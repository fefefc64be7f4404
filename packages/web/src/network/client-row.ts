import type { CatalogueEntry } from "./catalogue.js"
import type { SeenClient } from "./client-list.js"
import type { Backlog } from "./queue-backlog.js"
import { sourceFigures } from "./source-figures.js"
import { versionOf, versionSkew } from "./version-skew.js"

/** What a list shows of a client beyond what the manager tells. Absent is what nobody knows. */
export interface ClientFigures {
  /** Metrics that it declares. */
  readonly metrics: number
  /** Points a second: what its metrics declare in all, and what it has sent; null where it does not tell. */
  readonly rates: { readonly declared: number; readonly measured: number | null }
  /** Host, as it calls it itself. */
  readonly host?: string
  readonly version?: string
  /** What it is made with. */
  readonly library?: string
  /** The version that most of its kind run, if that is newer. */
  readonly newer?: string
  /** When it was started, by the manager's clock, ISO 8601; of those that are connected. */
  readonly upSince?: string
  /** What waits for it. */
  readonly backlog?: Backlog
}

export type ClientRow = Omit<SeenClient, "pointsPerSecond"> & ClientFigures

/** The clients of a list with their figures, in its order. */
export function clientRows(
  clients: readonly SeenClient[],
  entries: readonly CatalogueEntry[],
  backlog: ReadonlyMap<string, Backlog>,
): ClientRow[] {
  const figures = sourceFigures(entries)
  const skew = versionSkew(clients)
  return clients.map(({ pointsPerSecond, ...client }) => {
    const { metrics, rate } = figures.get(client.token) ?? { metrics: 0, rate: 0 }
    const { version, library } = versionOf(client)
    const host = client.discover?.hostname
    const [newer, upSince, waiting] = [skew.get(client.token), upSinceOf(client), backlog.get(client.token)]
    return {
      ...client,
      metrics,
      rates: { declared: rate, measured: pointsPerSecond ?? null },
      ...(typeof host === "string" && host !== "" && { host }),
      ...(version !== "" && { version }),
      ...(library !== "" && { library }),
      ...(newer !== undefined && { newer }),
      ...(upSince !== undefined && { upSince }),
      ...(waiting !== undefined && { backlog: waiting }),
    }
  })
}

/** Its own clock may be off: what it says is only taken for how long it has been running. */
function upSinceOf({ discover, state, lastSeen }: SeenClient): string | undefined {
  const [started, answered] = [Date.parse(String(discover?.startingTime)), Date.parse(String(discover?.currentTime))]
  if (state === "gone" || Number.isNaN(started) || Number.isNaN(answered)) return undefined
  return new Date(Date.parse(lastSeen) - Math.max(0, answered - started)).toISOString()
}
