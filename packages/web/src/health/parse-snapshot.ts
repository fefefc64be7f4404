import { type FindingKind, findingKinds } from "./finding.js"
import type { Handling, LedgerSnapshot } from "./ledger.js"

type Kept = Record<string, unknown>

/** What a file says of findings; what it says of kinds that there are no more, or in another form, is left out. */
export function parseSnapshot(document: unknown): LedgerSnapshot | undefined {
  const { version, findings, mutes, handling, history } = (document ?? {}) as Kept
  if (version !== 1) return undefined
  return {
    handling: (Array.isArray(handling) ? handling : []).filter(isHandling),
    findings: listOf(findings).filter(isFinding) as unknown as LedgerSnapshot["findings"],
    mutes: (Array.isArray(mutes) ? mutes : []).filter(isMute),
    history: listOf(history).filter((each) => isFinding(each) && typeof each.resolvedMs === "number") as never,
  }
}

function listOf(value: unknown): Kept[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : []
}

function isFinding({ id, kind, severity, subject, message, sinceMs, lastSeenMs }: Kept): boolean {
  const areTexts = [id, severity, message].every((each) => typeof each === "string")
  const areTimes = [sinceMs, lastSeenMs].every((each) => typeof each === "number")
  const isSubject = typeof subject === "object" && subject !== null && typeof Object.values(subject)[0] === "string"
  return areTexts && areTimes && isSubject && findingKinds.includes(kind as FindingKind)
}

function isMute(value: unknown): value is LedgerSnapshot["mutes"][number] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1]?.by === "string"
}

function isHandling(value: unknown): value is readonly [string, Handling] {
  if (!Array.isArray(value) || typeof value[0] !== "string") return false
  const { assignee = "", note = "", by, atMs } = (value[1] ?? {}) as Kept
  return [assignee, note, by].every((each) => typeof each === "string") && typeof atMs === "number"
}
