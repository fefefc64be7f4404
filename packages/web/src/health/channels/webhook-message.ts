import { type FindingAnswer, findingAnswer } from "../answer.js"
import type { Severity } from "../finding.js"
import type { Notice } from "./channel.js"
import { findingLine, happened } from "./notice-text.js"

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

/** A notice in the form of a webhook's message. */
export function webhookMessage(notice: Notice): WebhookMessage {
  const { type, id, time, page, open, opened, resolved, counts } = notice
  return {
    ...{ type, id, time, page },
    text: type === "test" ? "MetricQ: this is a test, nothing has happened" : textOf(notice),
    counts: { ...counts, open },
    opened: opened.slice(0, MOST_TOLD).map(findingAnswer),
    resolved: resolved.slice(0, MOST_TOLD).map(findingAnswer),
  }
}

function textOf({ opened, resolved, counts }: Notice): string {
  const lines = [
    ...opened.map((finding) => `${finding.severity}: ${findingLine(finding)}`),
    ...resolved.map((finding) => `resolved: ${findingLine(finding)}`),
  ]
  const more = counts.opened + counts.resolved - MOST_LINES
  const tail = more > 0 ? [`… and ${more} more`] : []
  return [`MetricQ: ${happened(counts)}`, ...lines.slice(0, MOST_LINES), ...tail].join("\n")
}
