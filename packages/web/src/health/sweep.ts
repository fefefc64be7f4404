import { setImmediate } from "node:timers/promises"
import type { Client, HistoryClient } from "@metricq/client"
import type { Catalogue, CatalogueEntry } from "../network/catalogue.js"
import { Collector } from "./collector.js"
import { Coverage } from "./coverage.js"
import type { Detection, FindingKind } from "./finding.js"
import type { Ledger, LedgerChanges } from "./ledger.js"
import { MetricTracks } from "./metric-tracks.js"
import type { NetworkLook, NetworkReader } from "./network-reader.js"
import type { MetricObservation } from "./observation.js"
import { answerIfAny } from "./optional-rpc.js"
import { metricRules, networkRules } from "./rules/index.js"
import { askedBackMs } from "./rules/stuck.js"
import { StillValues } from "./still-values.js"
import { surveyPages } from "./survey.js"
import type { Thresholds } from "./thresholds.js"

/** Metrics that rules look at without a break: a few milliseconds. */
const AT_ONCE = 1000

/** What a sweep works with. */
export interface SweepParts {
  readonly reader: Pick<NetworkReader, "look">
  readonly rpc: Pick<Client, "rpc" | "rpcTo">
  readonly catalogue: Pick<Catalogue, "list" | "get" | "trouble">
  readonly ledger: Ledger
  /** Without it nothing is known of values before they were looked at. */
  readonly history?: Pick<HistoryClient, "historyAggregate"> | undefined
}

/** How a sweep looks. */
export interface SweepSettings {
  readonly thresholds: Thresholds
  /** Kinds that are not looked for. */
  readonly off: ReadonlySet<FindingKind>
  /** Metrics that are left out. */
  isIgnored(metric: string): boolean
}

/** What databases have told. */
interface Surveyed {
  /** Since when those have been running that are up to date, by their number. */
  readonly since: ReadonlyMap<number, number>
  /** Whether all have told, and are up to date. */
  readonly isComplete: boolean
}

/** One sweep after the other: looks at the network, at what databases tell of all metrics, lets the rules judge, and has the ledger take it. */
export class Sweeper {
  readonly tracks = new MetricTracks()
  readonly #parts: SweepParts
  readonly #collector = new Collector()
  readonly #still: StillValues | undefined
  readonly #coverage: Coverage

  constructor(parts: SweepParts) {
    this.#parts = parts
    this.#coverage = new Coverage(parts.rpc)
    this.#still = parts.history && new StillValues(parts.history)
  }

  /**
   * Look at everything once.
   *
   * @param now ms since 1970
   * @throws if the network is out of reach, and the signal's reason once it is aborted; nothing has changed then
   */
  async run(settings: SweepSettings, now: () => number, signal: AbortSignal): Promise<LedgerChanges> {
    const { reader, catalogue, ledger } = this.#parts
    if (catalogue.trouble !== undefined) throw new Error(`the network is out of reach: ${catalogue.trouble}`)
    const look = await reader.look(now())
    const surveyed = await this.#survey(look, signal)
    await this.#judgeMetrics(settings, surveyed, now(), signal)
    await this.#still?.ask(signal)
    const up = look.clients && new Map(look.clients.map(({ token, isUp }) => [token, isUp]))
    const unknown = new Set<FindingKind>()
    const found = this.#collector.detections((client) => up && (up.get(client) ?? false))
    return ledger.apply({
      detections: [...found, ...judgeNetwork(look, settings, unknown)].filter(({ kind }) => !settings.off.has(kind)),
      isUnknown: (id, kind) => unknown.has(kind) || this.#collector.isUnknown(id),
      nowMs: now(),
    })
  }

  /** Read what databases tell; returns those that are up to date, by their number, and whether all are. */
  async #survey({ databases }: NetworkLook, signal: AbortSignal): Promise<Surveyed> {
    const { rpc, catalogue } = this.#parts
    const since = new Map<number, number>()
    const answering = databases.filter(({ state }) => state === "answers")
    this.databases = answering.map(({ token }) => token)
    this.tracks.begin()
    let isComplete = answering.length === databases.length && answering.length > 0
    for (const { token, isCurrent, sinceMs } of answering) {
      const number = this.#numberOf(token)
      const isWhole = await answerIfAny(async () => {
        for await (const page of surveyPages(rpc, token)) {
          signal.throwIfAborted()
          this.tracks.take(page, number, (name) => catalogue.get(name))
          await setImmediate()
        }
        return {}
      })
      if (isWhole && isCurrent) since.set(number, sinceMs)
      else isComplete = false
    }
    if (isComplete) this.tracks.forgetOthers()
    return { since, isComplete }
  }

  async #judgeMetrics(settings: SweepSettings, surveyed: Surveyed, nowMs: number, signal: AbortSignal): Promise<void> {
    this.#collector.begin()
    this.#still?.begin()
    const rules = metricRules.filter(({ kind }) => !settings.off.has(kind))
    const isCoverageAsked = !settings.off.has("unstored")
    if (isCoverageAsked) await this.#coverage.read(this.databases)
    const latestMs = Math.max(0, ...surveyed.since.values())
    for (const [i, entry] of this.#parts.catalogue.list().entries()) {
      if (i % AT_ONCE === AT_ONCE - 1) {
        await setImmediate()
        signal.throwIfAborted()
      }
      if (entry.state === "hidden" || settings.isIgnored(entry.name)) continue
      const track = this.tracks.get(entry.name)
      const sinceMs = track && surveyed.since.get(track.database)
      const isCurrent = track === undefined ? surveyed.isComplete : sinceMs !== undefined
      const isCovered = isCoverageAsked && entry.state === "live" ? this.#coverage.has(entry.name) : undefined
      const rest = { track, isCurrent, isCovered, storingSinceMs: sinceMs ?? latestMs, nowMs }
      const metric = observation(entry, rest)
      this.#judge(rules, metric, settings.thresholds)
      if (!settings.off.has("stuck")) this.#askIfStill(metric, settings.thresholds)
    }
  }

  #askIfStill(metric: MetricObservation, { stuckH }: Thresholds): void {
    const neededMs = askedBackMs(metric, stuckH)
    if (neededMs !== undefined && metric.track) this.#still?.add({ name: metric.name, track: metric.track, neededMs })
  }

  #judge(rules: typeof metricRules, metric: MetricObservation, thresholds: Thresholds): void {
    if (metric.state !== "archived") this.#collector.look(metric)
    for (const rule of rules) {
      const result = rule.check(metric, thresholds)
      if (result === "unknown") this.#collector.addUnknown(rule, metric, (id) => this.#parts.ledger.has(id))
      else if (result !== undefined) this.#collector.add(rule, result)
    }
  }

  readonly #numbers = new Map<string, number>()

  #numberOf(token: string): number {
    const number = this.#numbers.get(token) ?? this.#numbers.size
    this.#numbers.set(token, number)
    return number
  }

  /** Databases that answered when they were asked last. */
  databases: readonly string[] = []

  /** Metrics of a client that a rule finds something in now, for a fix of all of them. */
  metricsWith(kind: FindingKind, client: string, settings: SweepSettings, nowMs: number): string[] {
    const rule = metricRules.find((each) => each.kind === (kind === "gone" ? "silent" : kind))
    if (rule === undefined) return []
    return this.#parts.catalogue
      .list()
      .filter(({ metadata, name }) => metadata.source === client && !settings.isIgnored(name))
      .filter((entry) => {
        const track = this.tracks.get(entry.name)
        const result = rule.check(
          observation(entry, {
            track,
            isCurrent: true,
            isCovered: this.#coverage.has(entry.name),
            storingSinceMs: 0,
            nowMs,
          }),
          settings.thresholds,
        )
        return typeof result === "object"
      })
      .map(({ name }) => name)
  }
}

function observation(
  { name, metadata, state }: CatalogueEntry,
  rest: Pick<MetricObservation, "track" | "isCurrent" | "isCovered" | "storingSinceMs" | "nowMs">,
): MetricObservation {
  const source = typeof metadata.source === "string" ? metadata.source : ""
  return { name, metadata, state, source, ...rest }
}

/** What the rules find in the network; adds the kinds that cannot be told. */
function judgeNetwork(look: NetworkLook, { thresholds }: SweepSettings, unknown: Set<FindingKind>): Detection[] {
  return networkRules.flatMap((rule) => {
    const found = rule.check(look, thresholds)
    if (found !== "unknown") return found
    unknown.add(rule.kind)
    return []
  })
}
