import { metricName } from "../api/schemas.js"
import { type FindingKind, findingKinds, severities, subjectName, subjectType } from "./finding.js"
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
  /** Who looks after it. */
  readonly assignee?: string
  /** Nobody does. */
  readonly unassigned?: boolean
  /** Words, all of which occur in subject, source, message or note, in any case. */
  readonly search?: string
}

const text = { type: "string", maxLength: 255 } as const

/** The keys of a query but for `state`, for the schemas of routes. */
export const filterSchemas = {
  ...{ kind: { enum: findingKinds }, severity: { enum: severities }, source: text, metric: metricName, client: text },
  ...{ search: { type: "string", maxLength: 500 }, assignee: text, unassigned: { type: "boolean" } },
} as const

/** Whether a finding is asked for. */
export function filterOf(query: FindingQuery): (finding: Finding | ResolvedFinding) => boolean {
  const { state = "all", kind, severity, source, metric, client, assignee, unassigned } = query
  const words = (query.search ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  return (finding) => {
    if (state !== "all" && finding.state !== state) return false
    if (kind !== undefined && finding.kind !== kind) return false
    if (severity !== undefined && finding.severity !== severity) return false
    if (source !== undefined && (finding.source ?? "") !== source) return false
    if (metric !== undefined && !concernsMetric(finding, metric)) return false
    if (client !== undefined && !concernsClient(finding, client)) return false
    if (assignee !== undefined && finding.handling?.assignee?.toLowerCase() !== assignee.toLowerCase()) return false
    if (unassigned === true && finding.handling?.assignee !== undefined) return false
    const text =
      `${subjectName(finding.subject)} ${finding.source ?? ""} ${finding.message} ${finding.handling?.note ?? ""}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

function concernsMetric({ subject, examples }: Finding, metric: string): boolean {
  return ("metric" in subject && subject.metric === metric) || examples?.includes(metric) === true
}

function concernsClient({ subject, source }: Finding, client: string): boolean {
  return source === client || (subjectType(subject) !== "metric" && subjectName(subject) === client)
}
