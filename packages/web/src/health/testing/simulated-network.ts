import { type JsonObject, type Metadata, PeerAway, RPCError, silentLogger } from "@metricq/client"
import { type CatalogueEntry, catalogueEntry } from "../../network/catalogue.js"
import type { SeenClient } from "../../network/client-list.js"
import { type EngineParts, HealthEngine } from "../engine.js"
import type { LedgerChanges } from "../ledger.js"
import { defaultSettings } from "../settings.js"

/** A metric that is measured as long as its source is up. */
interface SimulatedMetric {
  readonly entry: CatalogueEntry
  readonly source: string
  readonly periodMs: number
  lastMs: number
  value(timeMs: number): number
}

/** A network with a clock of its own: sources that come and go, and a database that may be away. */
export class SimulatedNetwork {
  nowMs = 1_795_669_261_000
  readonly #metrics = new Map<string, SimulatedMetric>()
  readonly #down = new Set<string>()
  readonly #sources = new Set<string>()
  #databaseSinceMs = this.nowMs - 3_600_000
  isDatabaseUp = true
  waiting = 0
  trouble: string | undefined
  readonly changes: LedgerChanges[] = []

  add(name: string, source: string, metadata: Metadata = {}, value: (timeMs: number) => number = Math.sin): void {
    const all = { unit: "W", rate: 1, historic: true, source, ...metadata }
    const periodMs = 1000 / (all.rate as number)
    this.#sources.add(source)
    this.#metrics.set(name, { entry: catalogueEntry(name, all), source, periodMs, lastMs: this.nowMs - 500, value })
  }

  /** Time goes on: whatever is up measures. */
  pass(seconds: number): void {
    this.nowMs += seconds * 1000
    for (const metric of this.#metrics.values()) {
      if (this.#down.has(metric.source)) continue
      const steps = Math.floor((this.nowMs - metric.lastMs) / metric.periodMs)
      metric.lastMs += steps * metric.periodMs
    }
  }

  setUp(source: string, isUp: boolean): void {
    if (isUp) this.#down.delete(source)
    else this.#down.add(source)
  }

  isUp(source: string): boolean {
    return !this.#down.has(source)
  }

  restartDatabase(): void {
    this.isDatabaseUp = true
    this.#databaseSinceMs = this.nowMs
  }

  /** An engine in it, which does nothing by itself for an hour. */
  engine(folder?: string, change: Partial<EngineParts> = {}): HealthEngine {
    const settings = defaultSettings(false)
    const list = [...this.#metrics.values()].map(({ entry }) => entry)
    const { trouble } = this
    return new HealthEngine({
      ...{ folder, logger: silentLogger, settings, now: () => this.nowMs },
      rpc: { rpc: () => this.#missing(), rpcTo: (token, name, args) => this.#answer(token, name, args ?? {}) },
      clients: { list: async () => this.#clients() },
      catalogue: {
        list: () => list,
        get: (name) => this.#metrics.get(name)?.entry,
        facets: () => ({ unit: [], state: [], source: [{ value: "db-a", count: 1 }] }),
        trouble,
      },
      onChange: (changes) => void this.changes.push(changes),
      onMark: () => {},
      onSettings: () => {},
      ...change,
    } as EngineParts)
  }

  #clients(): SeenClient[] {
    const lastSeen = new Date(this.nowMs).toISOString()
    const known = [...this.#sources].map((token) => ({ token, isUp: this.isUp(token) }))
    return [...known, { token: "db-a", isUp: this.isDatabaseUp }].map(({ token, isUp }) => ({
      ...{ token, state: isUp ? "up" : "gone", firstSeen: lastSeen, lastSeen, lastFunction: "discover", config: true },
      ...{ discover: { currentTime: lastSeen, hostname: "vm" }, drift: "none" },
    })) as SeenClient[]
  }

  async #missing(): Promise<never> {
    throw new RPCError("'Missing rpc handler for x'")
  }

  async #answer(token: string, name: string, { after, limit }: JsonObject): Promise<JsonObject> {
    if (!this.isDatabaseUp || token !== "db-a") throw new PeerAway("peer-away", `${token} is not connected`)
    if (name === "database.status")
      return { since: new Date(this.#databaseSinceMs).toISOString(), waiting: { messages: this.waiting }, trouble: [] }
    const all = [...this.#metrics.entries()]
    const begin = Number(after ?? 0)
    const page = all.slice(begin, begin + (limit as number))
    const end = begin + page.length
    const metrics = Object.fromEntries(page.map(([metric, told]) => [metric, surveyed(told)]))
    return { now: ns(this.nowMs), metrics, ...(end < all.length ? { next: String(end) } : {}) }
  }
}

function surveyed({ lastMs, periodMs, value }: SimulatedMetric): JsonObject {
  const count = Math.max(30, Math.min(2000, Math.floor(300_000 / periodMs)))
  const values = [0, 1, 2].map((i) => value(lastMs - i * periodMs))
  const nan = values.every(Number.isNaN) ? count : 0
  const range = nan > 0 ? {} : { min: Math.min(...values), max: Math.max(...values) }
  const last = Number.isNaN(values[0]) ? null : values[0]!
  return { time: ns(lastMs), since: ns(lastMs - (count - 1) * periodMs), count, nan, value: last, ...range }
}

function ns(ms: number): string {
  return `${Math.round(ms * 1000)}000`
}
