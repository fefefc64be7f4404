import { type Severity, severities, subjectName } from "../finding.js"
import type { Finding } from "../ledger.js"

/** A finding in one line: the metric it is about, and what is the matter. */
export function findingLine({ subject, message }: Finding): string {
  return oneLine("metric" in subject ? `${subject.metric}: ${message}` : message)
}

/** `3 new, 1 resolved`; "nothing new" for none. */
export function happened({ opened, resolved }: { readonly opened: number; readonly resolved: number }): string {
  const parts = [...(opened > 0 ? [`${opened} new`] : []), ...(resolved > 0 ? [`${resolved} resolved`] : [])]
  return parts.join(", ") || "nothing new"
}

/** `1 error, 2 warnings`, without those there are none of; "" for none at all. */
export function severityCounts(counts: Readonly<Record<Severity, number>>): string {
  const nouns = { error: "error", warning: "warning", info: "note" } as const
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${nouns[severity]}${counts[severity] === 1 ? "" : "s"}`)
    .join(", ")
}

/** Name of what a finding is about, for lists. */
export function findingSubject({ subject }: Finding): string {
  return oneLine(subjectName(subject))
}

/** What other programs have said may have any characters; lines of ours are lines. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ")
}
