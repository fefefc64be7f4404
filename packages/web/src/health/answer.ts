import type { Finding, ResolvedFinding } from "./ledger.js"

/** A finding as the API tells it; times are ISO 8601. */
export type FindingAnswer = ReturnType<typeof findingAnswer>

/** A finding in the form of the API. */
export function findingAnswer(finding: Finding | ResolvedFinding) {
  const {
    id,
    kind,
    severity,
    subject,
    source,
    message,
    remedy,
    values,
    metrics,
    examples,
    fix,
    state,
    mark,
    handling,
  } = finding
  return {
    ...{ id, kind, severity, subject, source: source || null, message, remedy, values },
    ...(metrics === undefined ? {} : { metrics, examples }),
    ...{ since: iso(finding.sinceMs), lastSeen: iso(finding.lastSeenMs), state },
    ...("resolvedMs" in finding ? { resolved: iso(finding.resolvedMs) } : {}),
    ...(mark && { by: mark.by, at: iso(mark.atMs) }),
    ...(handling && { handledBy: handling.by, handledAt: iso(handling.atMs) }),
    ...(handling?.assignee === undefined ? {} : { assignee: handling.assignee }),
    ...(handling?.note === undefined ? {} : { note: handling.note }),
    ...(mark?.untilMs === undefined ? {} : { until: mark.untilMs === null ? null : iso(mark.untilMs) }),
    ...(fix && { fix }),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
