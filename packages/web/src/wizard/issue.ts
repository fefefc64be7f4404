import type { JsonObject, Metadata } from "@metricq/client"
import { type FindingKind, subjectName, subjectType } from "../health/finding.js"
import type { Finding } from "../health/ledger.js"

/**
 * A finding as an issue of the wizard: about the same condition in its words where it has any. For others `type` is a sentence, as its page shows
 * a type that it does not know as it is; `kind` is what programs look at.
 */
export function issueOf(finding: Finding, metadata: Metadata | undefined): JsonObject {
  const { id, kind, severity, subject, source, sinceMs, lastSeenMs } = finding
  return {
    ...{ _id: id, id, kind, severity, scope_type: subjectType(subject), scope: subjectName(subject) },
    ...{ source: source ?? null, archived: metadata?.archived ?? null },
    ...{ first_detection_date: iso(sinceMs), date: iso(lastSeenMs) },
    ...typeOf(finding),
  }
}

function typeOf(finding: Finding): JsonObject & { type: string } {
  const known = "metric" in finding.subject ? types[finding.kind]?.(finding) : undefined
  return known ?? { type: sentence(finding) }
}

/** What the wizard's page has words for. */
const types: Partial<Record<FindingKind, (finding: Finding) => JsonObject & { type: string }>> = {
  silent: ({ sinceMs, values }) =>
    "ageS" in values ? { type: "dead", last_timestamp: iso(sinceMs) } : { type: "no_value" },
  "clock-ahead": () => ({ type: "serious_clock_error" }),
  revived: ({ lastSeenMs }) => ({ type: "undead", last_timestamp: iso(lastSeenMs) }),
  nan: () => ({ type: "infinite" }),
  "unit-missing": () => ({ type: "missing_metadata", missing_metadata: ["unit"] }),
}

/** The page names nothing but metrics beside it. */
function sentence({ subject, message }: Finding): string {
  const name = subjectName(subject)
  return "metric" in subject || message.includes(name) ? message : `${name}: ${message}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
