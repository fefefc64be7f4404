import type { Client, JsonObject } from "@metricq/client"
import type { ClientInfo, ClientLabels, ConfigurationState } from "@metricq/protocol"
import { type ConfigDrift, driftOf } from "./config-drift.js"

/** A client of the network as the manager has seen it. Times are ISO 8601. */
export interface SeenClient {
  readonly token: string
  /**
   * `up`: it answers when everybody is asked; `late`: it is connected and has not answered for half a minute; `gone`: it is not connected.
   */
  readonly state: "up" | "late" | "gone"
  readonly firstSeen: string
  readonly lastSeen: string
  readonly lastFunction: string
  /** Its last answer to `discover`. */
  readonly discover?: JsonObject
  /** Whether there is a configuration for it. */
  readonly config: boolean
  /** What became of its configuration. */
  readonly configuration?: ConfigurationState
  readonly drift: ConfigDrift
  /** What people have put on it. */
  readonly labels?: ClientLabels
  /** Points a second that it has sent between its last two answers; absent where it does not tell. */
  readonly pointsPerSecond?: number
}

/** Everybody is asked at most this often. */
const FRESH_MS = 5_000
/** What is older is waited for to be read anew. */
const USABLE_MS = 30_000
/** How long clients have to answer. */
const DISCOVER_S = 1
/** Who is connected and has been silent for longer is late. */
const LATE_MS = 30_000

/**
 * The clients of a network. Everybody is asked who they are when the list is read, but not more often than every five seconds.
 *
 * The first list takes a second, as clients need time to answer; later ones are those of the time before, while the next is made.
 */
export class ClientList {
  readonly #rpc: Pick<Client, "rpc">
  #list: SeenClient[] | undefined
  #askedMs = Number.NEGATIVE_INFINITY
  #reading: Promise<SeenClient[]> | undefined
  #changes = 0
  #counts = new Map<string, PointCount>()
  #tell: () => void = () => {}

  constructor(rpc: Pick<Client, "rpc">) {
    this.#rpc = rpc
  }

  /**
   * The list, by token.
   *
   * @throws {RPCError} if the manager does not take this user as administrator, or as every RPC
   */
  async list(): Promise<SeenClient[]> {
    const ageMs = performance.now() - this.#askedMs
    if (this.#list !== undefined && ageMs < FRESH_MS) return this.#list
    const reading = this.#readOnce()
    if (this.#list === undefined || ageMs > USABLE_MS) return reading
    reading.catch(() => {}) // whoever asks when the list is too old is told
    return this.#list
  }

  /** What the list says is no longer so, as somebody has just changed it: the next one is read anew. */
  outdate(): void {
    this.#askedMs = Number.NEGATIVE_INFINITY
    this.#changes++
    this.#tell()
  }

  /** Call this whenever the list has been outdated. One only. */
  onOutdated(tell: () => void): void {
    this.#tell = tell
  }

  #readOnce(): Promise<SeenClient[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<SeenClient[]> {
    const askedMs = performance.now()
    const changes = this.#changes
    const timeout = 5 + 3 * DISCOVER_S
    const { clients } = await this.#rpc.rpc("client.discover", { timeout: DISCOVER_S }, { repeatable: true, timeout })
    // Some client has just answered, this one at least: so the times are compared with each other, by the manager's clock alone.
    const nowMs = Math.max(...clients.map(({ lastSeen }) => Date.parse(lastSeen)))
    const counts = new Map<string, PointCount>()
    this.#list = clients
      .map((client) => seenClient(client, nowMs, this.#rateOf(client, counts)))
      .sort((a, b) => (a.token < b.token ? -1 : 1))
    this.#counts = counts
    // What was changed meanwhile may not be in it.
    this.#askedMs = changes === this.#changes ? askedMs : Number.NEGATIVE_INFINITY
    return this.#list
  }

  /** From what a source says it has sent in all; its own clock says when. A new start counts from zero. */
  #rateOf({ token, discover }: ClientInfo, counts: Map<string, PointCount>): number | undefined {
    const points = discover?.pointsSent
    const atMs = Date.parse(String(discover?.currentTime))
    if (typeof points !== "number" || Number.isNaN(atMs)) return undefined
    const before = this.#counts.get(token)
    if (before !== undefined && before.atMs === atMs) {
      counts.set(token, before)
      return before.rate
    }
    const isOn = before !== undefined && atMs > before.atMs && points >= before.points
    const rate = isOn ? ((points - before.points) / (atMs - before.atMs)) * 1000 : undefined
    counts.set(token, { points, atMs, rate })
    return rate
  }
}

/** What a source has said of the points it has sent since its start. */
interface PointCount {
  readonly points: number
  readonly atMs: number
  readonly rate: number | undefined
}

function seenClient({ left, ...client }: ClientInfo, nowMs: number, rate: number | undefined): SeenClient {
  const { lastSeen, configuration } = client
  const hasLeft = left !== undefined && left >= lastSeen
  const state = hasLeft ? "gone" : nowMs - Date.parse(lastSeen) > LATE_MS ? "late" : "up"
  const measured = rate === undefined || state !== "up" ? {} : { pointsPerSecond: rate }
  return { ...client, state, drift: driftOf(configuration), ...measured }
}
