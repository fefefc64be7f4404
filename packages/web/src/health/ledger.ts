import { type Detection, type FindingKind, findingId, type Severity, severities } from "./finding.js"

/** What somebody has said of a finding. */
export interface Mark {
  readonly by: string
  readonly atMs: number
  readonly note?: string
  /** For what is muted: until when; null for ever. */
  readonly untilMs?: number | null
}

export type FindingState = "open" | "acknowledged" | "muted"

/** A condition that holds, or did until it was resolved. Times are ms since 1970. */
export interface Finding extends Omit<Detection, "sinceMs" | "afterMs"> {
  readonly id: string
  readonly sinceMs: number
  readonly lastSeenMs: number
  readonly state: FindingState
  readonly mark?: Mark
}

export interface ResolvedFinding extends Finding {
  readonly resolvedMs: number
}

/** What a sweep has found. */
export interface SweepResult {
  readonly detections: readonly Detection[]
  /** Whether this sweep could not tell if a condition holds. */
  isUnknown(id: string, kind: FindingKind): boolean
  readonly nowMs: number
}

/** What a sweep has changed; what is muted is not among it. */
export interface LedgerChanges {
  readonly opened: readonly Finding[]
  readonly resolved: readonly ResolvedFinding[]
}

/** What survives a restart. */
export interface LedgerSnapshot {
  readonly findings: readonly Omit<Finding, "state">[]
  readonly mutes: readonly (readonly [id: string, mark: Mark])[]
  readonly history: readonly ResolvedFinding[]
}

export interface LedgerLimits {
  /** Findings at once, and such as are about to be; more are counted only. */
  readonly findings: number
  readonly mutes: number
  /** Resolved ones that are remembered. */
  readonly history: number
}

export const ledgerLimits: LedgerLimits = { findings: 5000, mutes: 5000, history: 500 }

/** What could not be told for so long is resolved. */
const UNKNOWN_MS = 86_400_000
/** Sweeps in a row that have to agree before a finding opens, and before it is resolved. */
const AGREEING = 2

interface Open {
  finding: Omit<Finding, "state" | "mark">
  acknowledged: Mark | undefined
  misses: number
}

/**
 * All findings and what was said of them.
 *
 * A condition opens a finding after two sweeps in a row have seen it, and so long as it asks for; two sweeps in a row without it resolve it. A
 * sweep that cannot tell changes neither. What is muted stays so whether or not its condition holds, until its time is over.
 */
export class Ledger {
  readonly #limits: LedgerLimits
  readonly #open = new Map<string, Open>()
  readonly #pending = new Map<string, { readonly firstMs: number; hits: number }>()
  readonly #mutes = new Map<string, Mark>()
  #history: ResolvedFinding[] = []
  #left = 0
  #revision = 0

  constructor(limits: LedgerLimits = ledgerLimits, snapshot?: LedgerSnapshot) {
    this.#limits = limits
    for (const { mark, ...finding } of snapshot?.findings ?? []) {
      if (this.#open.size < limits.findings) this.#open.set(finding.id, { finding, acknowledged: mark, misses: 0 })
    }
    for (const [id, mark] of snapshot?.mutes ?? []) if (this.#mutes.size < limits.mutes) this.#mutes.set(id, mark)
    this.#history = (snapshot?.history ?? []).slice(0, limits.history)
  }

  /** Changes whenever there is something worth to be kept. */
  get revision(): number {
    return this.#revision
  }

  /** How many findings there was no room for in the last sweep. */
  get left(): number {
    return this.#left
  }

  /** Take the result of a sweep. */
  apply({ detections, isUnknown, nowMs }: SweepResult): LedgerChanges {
    this.#expireMutes(nowMs)
    this.#left = 0
    const seen = new Set<string>()
    const opened: Finding[] = []
    for (const detection of worstFirst(detections)) {
      const id = findingId(detection.kind, detection.subject)
      if (seen.has(id)) continue
      seen.add(id)
      const open = this.#open.get(id)
      if (open) this.#see(open, detection, nowMs)
      else if (this.#isRipe(id, detection, nowMs)) opened.push(...this.#openOne(id, detection, nowMs))
    }
    for (const id of this.#pending.keys()) {
      if (!seen.has(id) && !isUnknown(id, kindOf(id))) this.#pending.delete(id)
    }
    const resolved = this.#resolve(seen, isUnknown, nowMs)
    const isHeard = ({ state }: Finding) => state !== "muted"
    return { opened: opened.filter(isHeard), resolved: resolved.filter(isHeard) }
  }

  /** Whether a finding of this id is open, or about to be. */
  has(id: string): boolean {
    return this.#open.has(id) || this.#pending.has(id)
  }

  get(id: string, nowMs: number): Finding | undefined {
    const open = this.#open.get(id)
    return open && this.#finding(open, nowMs)
  }

  /** All findings, the worst first, then those that began last. */
  list(nowMs: number): Finding[] {
    const rank = ({ severity }: Finding) => severities.indexOf(severity)
    return [...this.#open.values()]
      .map((open) => this.#finding(open, nowMs))
      .sort((a, b) => rank(a) - rank(b) || b.sinceMs - a.sinceMs || (a.id < b.id ? -1 : 1))
  }

  /** Resolved ones, the latest first. */
  history(): readonly ResolvedFinding[] {
    return this.#history
  }

  /** Somebody knows of it: it stays, but asks for nothing any more, until it is resolved. Undefined if there is no such finding. */
  acknowledge(id: string, mark: Mark, nowMs: number): Finding | undefined {
    return this.#change(id, nowMs, (open) => {
      open.acknowledged = mark
      this.#mutes.delete(id)
    })
  }

  /** Say nothing of it until `mark.untilMs`, even if it is resolved and comes again. */
  mute(id: string, mark: Mark, nowMs: number): Finding | undefined {
    return this.#change(id, nowMs, () => {
      if (!this.#mutes.has(id) && this.#mutes.size >= this.#limits.mutes) this.#mutes.delete(this.#firstMute())
      this.#mutes.set(id, mark)
    })
  }

  /** As if nothing had been said of it. */
  reopen(id: string, nowMs: number): Finding | undefined {
    return this.#change(id, nowMs, (open) => {
      open.acknowledged = undefined
      this.#mutes.delete(id)
    })
  }

  snapshot(): LedgerSnapshot {
    const findings = [...this.#open.values()].map(({ finding, acknowledged }) =>
      acknowledged === undefined ? finding : { ...finding, mark: acknowledged },
    )
    return { findings, mutes: [...this.#mutes], history: this.#history }
  }

  /** Count this sighting of what is not open yet; whether there have been enough. */
  #isRipe(id: string, { afterMs = 0 }: Detection, nowMs: number): boolean {
    const pending = this.#pending.get(id) ?? { firstMs: nowMs, hits: 0 }
    pending.hits++
    if (pending.hits >= AGREEING && nowMs - pending.firstMs >= afterMs) return true
    if (this.#pending.size < this.#limits.findings || this.#pending.has(id)) this.#pending.set(id, pending)
    return false
  }

  #openOne(id: string, { sinceMs, afterMs: _, ...detection }: Detection, nowMs: number): Finding[] {
    if (this.#open.size >= this.#limits.findings) {
      this.#left++
      return []
    }
    const firstMs = this.#pending.get(id)?.firstMs ?? nowMs
    this.#pending.delete(id)
    const finding = { ...detection, id, sinceMs: Math.min(Math.round(sinceMs ?? firstMs), nowMs), lastSeenMs: nowMs }
    const open: Open = { finding, acknowledged: undefined, misses: 0 }
    this.#open.set(id, open)
    this.#revision++
    return [this.#finding(open, nowMs)]
  }

  #see(open: Open, { sinceMs: _, afterMs: _after, ...detection }: Detection, nowMs: number): void {
    if (detection.severity !== open.finding.severity) this.#revision++
    open.misses = 0
    const { id, sinceMs } = open.finding
    open.finding = { ...detection, id, sinceMs, lastSeenMs: nowMs }
  }

  #resolve(seen: ReadonlySet<string>, isUnknown: SweepResult["isUnknown"], nowMs: number): ResolvedFinding[] {
    const resolved: ResolvedFinding[] = []
    for (const [id, open] of this.#open) {
      const isRecent = nowMs - open.finding.lastSeenMs < UNKNOWN_MS
      if (seen.has(id) || (isRecent && isUnknown(id, open.finding.kind))) continue
      open.misses++
      if (open.misses < AGREEING) continue
      this.#open.delete(id)
      resolved.push({ ...this.#finding(open, nowMs), resolvedMs: nowMs })
    }
    if (resolved.length > 0) {
      this.#history = [...resolved, ...this.#history].slice(0, this.#limits.history)
      this.#revision++
    }
    return resolved
  }

  #finding({ finding, acknowledged }: Open, nowMs: number): Finding {
    const mute = this.#mutes.get(finding.id)
    if (mute && isInForce(mute, nowMs)) return { ...finding, state: "muted", mark: mute }
    if (acknowledged) return { ...finding, state: "acknowledged", mark: acknowledged }
    return { ...finding, state: "open" }
  }

  #change(id: string, nowMs: number, change: (open: Open) => void): Finding | undefined {
    const open = this.#open.get(id)
    if (open === undefined) return undefined
    change(open)
    this.#revision++
    return this.#finding(open, nowMs)
  }

  #expireMutes(nowMs: number): void {
    for (const [id, mark] of this.#mutes) {
      if (isInForce(mark, nowMs)) continue
      this.#mutes.delete(id)
      this.#revision++
    }
  }

  #firstMute(): string {
    return this.#mutes.keys().next().value ?? ""
  }
}

function isInForce({ untilMs = null }: Mark, nowMs: number): boolean {
  return untilMs === null || untilMs > nowMs
}

/** Kind in an id: everything before the last dash. */
function kindOf(id: string): FindingKind {
  return id.slice(0, id.lastIndexOf("-")) as FindingKind
}

function worstFirst(detections: readonly Detection[]): Detection[] {
  const rank = (severity: Severity) => severities.indexOf(severity)
  return [...detections].sort((a, b) => rank(a.severity) - rank(b.severity))
}
