import { type FindingKind, findingKinds, type Severity, severities } from "./finding.js"
import type { Finding } from "./ledger.js"

/** How many findings there are; of each severity and kind those that are open. */
export interface FindingCounts extends Readonly<Record<Severity, number>> {
  readonly open: number
  readonly acknowledged: number
  readonly muted: number
  readonly kinds: Readonly<Record<FindingKind, number>>
}

export function countFindings(findings: readonly Finding[]): FindingCounts {
  const open = findings.filter(({ state }) => state === "open")
  const countOf = (matches: (finding: Finding) => boolean) => open.filter(matches).length
  const { error, warning, info } = bySeverity(open)
  return {
    ...{ error, warning, info, open: open.length },
    acknowledged: findings.filter(({ state }) => state === "acknowledged").length,
    muted: findings.filter(({ state }) => state === "muted").length,
    kinds: Object.fromEntries(findingKinds.map((each) => [each, countOf(({ kind }) => kind === each)])) as never,
  }
}

function bySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 }
  for (const { severity } of findings) if (severities.includes(severity)) counts[severity]++
  return counts
}
