import { type FindingAnswer, findingAnswer } from "../answer.js"
import type { Severity } from "../finding.js"
import type { Finding, ResolvedFinding } from "../ledger.js"

/** Findings spelled out in a message. */
const MOST_TOLD = 100
/** Of them in the text for people. */
const MOST_LINES = 10

/** What a webhook gets. */
export interface WebhookMessage {
  readonly type: "findings" | "test"
  /** The same at each try. */
  readonly id: string
  readonly time: string
  /** For chats: what has happened in words. */
  readonly text: string
  readonly page: string
  readonly counts: {
    readonly opened: number
    readonly resolved: number
    readonly open: Readonly<Record<Severity, number>>
  }
  /** At most 100 each; `counts` has how many there are. */
  readonly opened: readonly FindingAnswer[]
  readonly resolved: readonly FindingAnswer[]
}

/** What a message is made of. */
export interface MessageParts extends Pick<WebhookMessage, "type" | "id" | "time" | "page"> {
  readonly open: Readonly<Record<Severity, number>>
  readonly opened: readonly Finding[]
  readonly resolved: readonly ResolvedFinding[]
  readonly counts: { readonly opened: number; readonly resolved: number }
}

export function webhookMessage({ open, opened, resolved, counts, ...parts }: MessageParts): WebhookMessage {
  return {
    ...parts,
    text:
      parts.type === "test" ? "MetricQ: this is a test, nothing has happened" : textOf({ opened, resolved, counts }),
    counts: { ...counts, open },
    opened: opened.slice(0, MOST_TOLD).map(findingAnswer),
    resolved: resolved.slice(0, MOST_TOLD).map(findingAnswer),
  }
}

function textOf({ opened, resolved, counts }: Pick<MessageParts, "opened" | "resolved" | "counts">): string {
  const what = [
    ...(counts.opened > 0 ? [`${counts.opened} new`] : []),
    ...(counts.resolved > 0 ? [`${counts.resolved} resolved`] : []),
  ]
  const lines = [
    ...opened.map((finding) => `${finding.severity}: ${sentence(finding)}`),
    ...resolved.map((finding) => `resolved: ${sentence(finding)}`),
  ]
  const more = counts.opened + counts.resolved - MOST_LINES
  const tail = more > 0 ? [`… and ${more} more`] : []
  return [`MetricQ: ${what.join(", ")}`, ...lines.slice(0, MOST_LINES), ...tail].join("\n")
}

function sentence({ subject, message }: Finding): string {
  return "metric" in subject ? `${subject.metric}: ${message}` : message
}
