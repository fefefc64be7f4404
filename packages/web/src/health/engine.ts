import type { Logger } from "@metricq/client"
import type { Finding, HandlingChange, LedgerChanges, Mark } from "./ledger.js"
import { Ledger } from "./ledger.js"
import { type NetworkParts, NetworkReader } from "./network-reader.js"
import { parseSnapshot } from "./parse-snapshot.js"
import { anyOf, changedSettings, type HealthSettings } from "./settings.js"
import { StateFile } from "./state-file.js"
import { Sweeper, type SweepParts, type SweepSettings } from "./sweep.js"

/** What an engine needs. */
export interface EngineParts extends NetworkParts {
  readonly catalogue: SweepParts["catalogue"] & NetworkParts["catalogue"]
  readonly history?: SweepParts["history"]
  /** Where findings and settings are kept; without it they last as long as the process. */
  readonly folder: string | undefined
  readonly settings: HealthSettings
  readonly logger: Logger
  /** Called with what each sweep has changed. */
  onChange(changes: LedgerChanges): void
  /** Called after somebody has said something of a finding. */
  onMark(): void
  /** Called with new settings, and those read at the start. */
  onSettings(settings: HealthSettings): void
  /** ms since 1970. Default: the clock of this machine. */
  readonly now?: () => number
}

/** The first look is not waited for as long as others: somebody may have just opened the page. */
const FIRST_MS = 10_000

/** How the last sweep went. */
export interface SweepStatus {
  /** When it ended, in ms since 1970. */
  readonly timeMs: number | undefined
  readonly tookMs: number
  readonly metrics: number
  /** Why findings may be out of date. */
  readonly trouble: string | undefined
}

/**
 * Looks after the health of a network: a sweep every half minute or as the settings say, findings that are kept, settings.
 *
 * Life cycle: `start()` → … → `stop()`. It reads all the while and changes nothing in the network.
 */
export class HealthEngine {
  readonly #parts: EngineParts
  readonly #now: () => number
  readonly #findings: StateFile
  readonly #settingsFile: StateFile
  readonly #ending = new AbortController()
  #ledger = new Ledger()
  #sweeper: Sweeper
  #settings: HealthSettings
  #sweepSettings: SweepSettings
  #keptRevision = 0
  #sweeping: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #status: SweepStatus = { timeMs: undefined, tookMs: 0, metrics: 0, trouble: undefined }

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    this.#settings = parts.settings
    this.#sweepSettings = sweepSettingsOf(parts.settings)
    this.#findings = new StateFile(parts.folder, "health.json", parts.logger)
    this.#settingsFile = new StateFile(parts.folder, "health-settings.json", parts.logger)
    this.#sweeper = this.#makeSweeper()
  }

  get settings(): HealthSettings {
    return this.#settings
  }

  get status(): SweepStatus {
    return this.#status
  }

  get ledger(): Ledger {
    return this.#ledger
  }

  /** Read what was kept, and begin. */
  async start(): Promise<void> {
    const kept = await this.#settingsFile.read()
    if (kept !== undefined) this.#adopt(this.#read(kept))
    else this.#parts.onSettings(this.#settings)
    this.#ledger = new Ledger(undefined, parseSnapshot(await this.#findings.read()))
    this.#keptRevision = this.#ledger.revision
    this.#sweeper = this.#makeSweeper()
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    clearTimeout(this.#timer)
    await this.#sweeping
    await this.#keep()
  }

  /** Look at everything now; one that is under way is waited for. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  /** @throws {WebError} `settings` */
  async changeSettings(change: Readonly<Record<string, unknown>>): Promise<HealthSettings> {
    const changed = changedSettings(this.#settings, change)
    await this.#settingsFile.write(changed)
    this.#adopt(changed)
    this.#schedule()
    return changed
  }

  /** Say something of a finding, with or without a note; undefined if there is none of this id. It is kept when this resolves. */
  async mark(
    id: string,
    deed: "acknowledge" | "mute" | "reopen",
    { note, ...mark }: Omit<Mark, "atMs"> & { readonly note?: string | undefined },
  ): Promise<Finding | undefined> {
    const nowMs = this.#now()
    const said = { ...mark, atMs: nowMs }
    const finding = deed === "reopen" ? this.#ledger.reopen(id, nowMs) : this.#ledger[deed](id, said, nowMs)
    return this.#kept(note ? this.#ledger.handle(id, { note }, mark.by, nowMs) : finding)
  }

  /** Write down who looks after a finding, or a note; as {@link HealthEngine.mark}. */
  async handle(id: string, change: HandlingChange, by: string): Promise<Finding | undefined> {
    return this.#kept(this.#ledger.handle(id, change, by, this.#now()))
  }

  /** All findings now. */
  list(): Finding[] {
    return this.#ledger.list(this.#now())
  }

  get(id: string): Finding | undefined {
    return this.#ledger.get(id, this.#now())
  }

  /** Metrics that a finding stands for. */
  metricsOf({ kind, source, subject }: Finding): string[] {
    if ("metric" in subject) return [subject.metric]
    return this.#sweeper.metricsWith(kind, source ?? "", this.#sweepSettings, this.#now())
  }

  /** How often points of a metric come, in Hz; undefined as long as too few were seen. */
  seenRateHz(metric: string): number | undefined {
    const { intervalMs = Number.NaN } = this.#sweeper.tracks.get(metric) ?? {}
    return intervalMs > 0 ? 1000 / intervalMs : undefined
  }

  /** Somebody has said that this is the unit of these metrics. */
  settleUnit(metrics: readonly string[], unit: string): void {
    for (const metric of metrics) this.#sweeper.tracks.get(metric)?.settleUnit(unit)
  }

  /** Databases that can be told to store something. */
  get databases(): readonly string[] {
    return this.#sweeper.databases
  }

  async #kept(finding: Finding | undefined): Promise<Finding | undefined> {
    if (finding === undefined) return undefined
    await this.#keep()
    this.#parts.onMark()
    return finding
  }

  #makeSweeper(): Sweeper {
    return new Sweeper({ ...this.#parts, reader: new NetworkReader(this.#parts), ledger: this.#ledger })
  }

  #adopt(settings: HealthSettings): void {
    this.#settings = settings
    this.#sweepSettings = sweepSettingsOf(settings)
    this.#parts.onSettings(settings)
  }

  #read(kept: unknown): HealthSettings {
    try {
      return changedSettings(this.#settings, kept as Record<string, unknown>)
    } catch (error) {
      this.#parts.logger.error("the settings of health cannot be used; the defaults are", { error })
      return this.#settings
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#ending.signal.aborted) return
    const { timeMs, tookMs } = this.#status
    const periodMs = this.#settings.thresholds.sweepS * 1000
    const pauseMs = timeMs === undefined ? Math.min(FIRST_MS, periodMs) : Math.max(periodMs - tookMs, tookMs)
    this.#timer = setTimeout(() => void this.sweep(), pauseMs).unref()
  }

  async #sweep(): Promise<void> {
    const beganMs = performance.now()
    try {
      const changes = await this.#sweeper.run(this.#sweepSettings, this.#now, this.#ending.signal)
      const tookMs = performance.now() - beganMs
      this.#status = { timeMs: this.#now(), tookMs, metrics: this.#sweeper.tracks.size, trouble: undefined }
      this.#parts.onChange(changes)
      await this.#keep()
    } catch (error) {
      if (this.#ending.signal.aborted) return
      const trouble = (error as Error).message
      if (trouble !== this.#status.trouble) this.#parts.logger.warn("health could not be looked at", { error })
      this.#status = { ...this.#status, trouble }
    } finally {
      this.#schedule()
    }
  }

  /** Write what has changed. A disk that fails is told in the log; the next change tries again. */
  async #keep(): Promise<void> {
    const { revision } = this.#ledger
    if (revision === this.#keptRevision) return
    try {
      await this.#findings.write({ version: 1, ...this.#ledger.snapshot() })
      this.#keptRevision = revision
    } catch (error) {
      this.#parts.logger.error("findings could not be written", { error })
    }
  }
}

function sweepSettingsOf({ thresholds, off, ignore }: HealthSettings): SweepSettings {
  return { thresholds, off: new Set(off), isIgnored: anyOf(ignore) }
}
