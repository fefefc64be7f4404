import { type FindingKind, subjectName, subjectType } from "./finding.js"
import type { Finding, ResolvedFinding } from "./ledger.js"

/** Which findings are asked for; what is absent does not matter. */
export interface FindingQuery {
  readonly state?: "open" | "acknowledged" | "muted" | "all"
  readonly kind?: FindingKind
  readonly severity?: string
  readonly source?: string
  /** Exactly this metric, or one of those that a finding about its client names. */
  readonly metric?: string
  /** What is about this client, or metrics, databases and queues of it. */
  readonly client?: string
  /** Words, all of which occur in subject, source or message, in any case. */
  readonly search?: string
}

/** Whether a finding is asked for. */
export function filterOf(query: FindingQuery): (finding: Finding | ResolvedFinding) => boolean {
  const { state = "all", kind, severity, source, metric, client } = query
  const words = (query.search ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  return (finding) => {
    if (state !== "all" && finding.state !== state) return false
    if (kind !== undefined && finding.kind !== kind) return false
    if (severity !== undefined && finding.severity !== severity) return false
    if (source !== undefined && (finding.source ?? "") !== source) return false
    if (metric !== undefined && !concernsMetric(finding, metric)) return false
    if (client !== undefined && !concernsClient(finding, client)) return false
    const text = `${subjectName(finding.subject)} ${finding.source ?? ""} ${finding.message}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

function concernsMetric({ subject, examples }: Finding, metric: string): boolean {
  return ("metric" in subject && subject.metric === metric) || examples?.includes(metric) === true
}

function concernsClient({ subject, source }: Finding, client: string): boolean {
  return source === client || (subjectType(subject) !== "metric" && subjectName(subject) === client)
}
