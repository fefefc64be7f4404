import { type Detection, type FindingKind, findingId, type Severity, severities } from "./finding.js"

/** What somebody has said of a finding. */
export interface Mark {
  readonly by: string
  readonly atMs: number
  /** For what is muted: until when; null for ever. */
  readonly untilMs?: number | null
}

/** Who looks after a finding, and what there is to know about it; and who has written that last. */
export interface Handling {
  readonly assignee?: string
  readonly note?: string
  readonly by: string
  readonly atMs: number
}

/** What is to be changed in it; null takes it away. */
export interface HandlingChange {
  readonly assignee?: string | null | undefined
  readonly note?: string | null | undefined
}

export type FindingState = "open" | "acknowledged" | "muted"

/** A condition that holds, or did until it was resolved. Times are ms since 1970. */
export interface Finding extends Omit<Detection, "sinceMs" | "afterMs"> {
  readonly id: string
  readonly sinceMs: number
  /** When it became a finding; later than it began. Absent in those of older files. */
  readonly foundMs?: number
  readonly lastSeenMs: number
  readonly state: FindingState
  readonly mark?: Mark
  readonly handling?: Handling
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
  readonly findings: readonly Omit<Finding, "state" | "handling">[]
  readonly mutes: readonly (readonly [id: string, mark: Mark])[]
  readonly handling: readonly (readonly [id: string, handling: Handling])[]
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
  finding: Omit<Finding, "state" | "mark" | "handling">
  acknowledged: Mark | undefined
  misses: number
}

/**
 * All findings, what was said of them, and who looks after them.
 *
 * A condition opens a finding after two sweeps in a row have seen it, and so long as it asks for; two sweeps in a row without it resolve it. A
 * sweep that cannot tell changes neither. What is muted stays so whether or not its condition holds, until its time is over.
 */
export class Ledger {
  readonly #limits: LedgerLimits
  readonly #open = new Map<string, Open>()
  readonly #pending = new Map<string, { readonly firstMs: number; hits: number }>()
  readonly #mutes = new Map<string, Mark>()
  /** Of findings that are open, or muted. */
  readonly #handling = new Map<string, Handling>()
  #history: ResolvedFinding[] = []
  #left = 0
  #revision = 0

  constructor(limits: LedgerLimits = ledgerLimits, snapshot?: LedgerSnapshot) {
    this.#limits = limits
    for (const { mark, ...finding } of snapshot?.findings ?? []) {
      if (this.#open.size < limits.findings) this.#open.set(finding.id, { finding, acknowledged: mark, misses: 0 })
    }
    for (const [id, mark] of snapshot?.mutes ?? []) if (this.#mutes.size < limits.mutes) this.#mutes.set(id, mark)
    for (const [id, handling] of snapshot?.handling ?? []) {
      if (this.#open.has(id) || this.#mutes.has(id)) this.#handling.set(id, handling)
    }
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
      if (!this.#mutes.has(id) && this.#mutes.size >= this.#limits.mutes) this.#forgetFirstMute()
      this.#mutes.set(id, mark)
    })
  }

  /** Write down who looks after it, or what there is to know about it: until it is resolved, or, if it is muted, as long as that. */
  handle(id: string, { assignee, note }: HandlingChange, by: string, nowMs: number): Finding | undefined {
    return this.#change(id, nowMs, () => {
      const before = this.#handling.get(id)
      const now = { assignee: changed(before?.assignee, assignee), note: changed(before?.note, note) }
      if (now.assignee === undefined && now.note === undefined) this.#handling.delete(id)
      else this.#handling.set(id, { ...withoutAbsent(now), by, atMs: nowMs })
    })
  }

  /** As if nobody knew of it. Who looks after it, and what is known, stays. */
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
    return { findings, mutes: [...this.#mutes], handling: [...this.#handling], history: this.#history }
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
    const began = Math.min(Math.round(sinceMs ?? firstMs), nowMs)
    const finding = { ...detection, id, sinceMs: began, foundMs: nowMs, lastSeenMs: nowMs }
    const open: Open = { finding, acknowledged: undefined, misses: 0 }
    this.#open.set(id, open)
    this.#revision++
    return [this.#finding(open, nowMs)]
  }

  #see(open: Open, { sinceMs: _, afterMs: _after, ...detection }: Detection, nowMs: number): void {
    if (detection.severity !== open.finding.severity) this.#revision++
    open.misses = 0
    const { id, sinceMs, foundMs = sinceMs } = open.finding
    open.finding = { ...detection, id, sinceMs, foundMs, lastSeenMs: nowMs }
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
      if (!this.#mutes.has(id)) this.#handling.delete(id)
    }
    if (resolved.length > 0) {
      this.#history = [...resolved, ...this.#history].slice(0, this.#limits.history)
      this.#revision++
    }
    return resolved
  }

  #finding({ finding, acknowledged }: Open, nowMs: number): Finding {
    const handling = this.#handling.get(finding.id)
    const all = handling === undefined ? finding : { ...finding, handling }
    const mute = this.#mutes.get(finding.id)
    if (mute && isInForce(mute, nowMs)) return { ...all, state: "muted", mark: mute }
    if (acknowledged) return { ...all, state: "acknowledged", mark: acknowledged }
    return { ...all, state: "open" }
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
      if (!this.#open.has(id)) this.#handling.delete(id)
      this.#revision++
    }
  }

  #forgetFirstMute(): void {
    const id = this.#mutes.keys().next().value ?? ""
    this.#mutes.delete(id)
    if (!this.#open.has(id)) this.#handling.delete(id)
  }
}

/** undefined leaves what was; null and empty text take it away. */
function changed(before: string | undefined, change: string | null | undefined): string | undefined {
  return change === undefined ? before : change || undefined
}

function withoutAbsent({ assignee, note }: { assignee: string | undefined; note: string | undefined }) {
  return { ...(assignee === undefined ? {} : { assignee }), ...(note === undefined ? {} : { note }) }
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
