import { span } from "../../lib/ages.js"
import { href } from "../../lib/base.js"
import { clientPage, metricPage } from "../../lib/links.js"
import { count } from "../../lib/numbers.js"
import { t, textIfAny, textKeys } from "../../texts/index.js"
import type { Finding } from "./health-api.js"

/** Kinds of findings that this page has words for, in the order of the server. */
export const knownKinds: readonly string[] = textKeys()
  .filter((key) => key.startsWith("finding.") && key.split(".").length === 2)
  .map((key) => key.slice("finding.".length))

/** The kind of a finding in the reader's language; its name for a kind of a newer server. Reactive. */
export function kindText(kind: string): string {
  return textIfAny(`finding.${kind}`) ?? kind
}

/** What is the matter, in the reader's language where there are words for it. Reactive. */
export function messageText(finding: Finding): string {
  return textIfAny(`finding.${finding.kind}.${variantOf(finding)}`, valuesOf(finding)) ?? finding.message
}

/** What to do about it. Reactive. */
export function remedyText({ kind, remedy }: Finding): string {
  return textIfAny(`finding.${kind}.remedy`) ?? remedy
}

/** Why it matters; `""` for a kind of a newer server. Reactive. */
export function whyText({ kind }: Finding): string {
  return textIfAny(`finding.${kind}.why`) ?? ""
}

/** What can be done about it from here; `""` for nothing. Reactive. */
export function fixText({ fix, metrics }: Finding): string {
  if (fix === undefined) return ""
  const many = metrics === undefined ? undefined : textIfAny(`health.fix.${fix}.many`, { count: count(metrics) })
  return many ?? t(`health.fix.${fix}`)
}

/** Name of what it is about. */
export function subjectText({ subject }: Finding): string {
  return subject.metric ?? subject.client ?? subject.database ?? subject.queue ?? ""
}

/** Page of what it is about; undefined if it has none. */
export function subjectPage({ subject, source }: Finding): string | undefined {
  if (subject.metric !== undefined) return metricPage(subject.metric)
  const token = subject.client ?? subject.database ?? source
  return token ? clientPage(token) : undefined
}

/** Address of the page of findings with this one open. */
export function findingPage(id: string): string {
  return href(`health?id=${encodeURIComponent(id)}`)
}

function variantOf({ kind, metrics, values }: Finding): string {
  if (kind === "client-clock") return values.side === "ahead" ? "ahead" : "behind"
  if (kind === "silent" && metrics === undefined && values.ageS === undefined) return "never"
  if (kind === "database-away" && Number(values.messages) > 0) return "waiting"
  return metrics !== undefined && metrics > 1 ? "many" : "one"
}

function valuesOf(finding: Finding): Record<string, string | number> {
  const { ageS, aheadS, offS, count: number, messages, ...rest } = finding.values
  return {
    ...rest,
    subject: subjectText(finding),
    ...(ageS === undefined ? {} : { age: about(Number(ageS)) }),
    ...(aheadS === undefined ? {} : { ahead: about(Number(aheadS)) }),
    ...(offS === undefined ? {} : { off: about(Number(offS)) }),
    ...(messages === undefined ? {} : { messages: count(Number(messages)) }),
    count: count(Number(number ?? finding.metrics ?? 0)),
  }
}

/** A length of time in its largest unit, to the nearest. */
function about(seconds: number): string {
  const unit = [86_400, 3600, 60].find((each) => seconds >= each) ?? 1
  return span(Math.round(seconds / unit) * unit)
}
