import { hostname } from "node:os"
import type { Finding } from "../ledger.js"
import type { Notice } from "./channel.js"
import { findingLine, happened, severityCounts } from "./notice-text.js"

/** Findings spelled out in a mail, of the new ones and of the resolved ones each. */
const MOST_TOLD = 50
const MOST_SUBJECT = 150

/** A mail without sender and receivers. */
export interface MailText {
  readonly subject: string
  readonly text: string
  /** The same at each try, so that a mail that comes twice can be told. */
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
}

/** A notice as a mail of plain text. `from` is its sender, whose host names the message. */
export function mailText(notice: Notice, from: string): MailText {
  const { type, id, page, open } = notice
  const now = severityCounts(open)
  const body = type === "test" ? ["This is a test, nothing has happened."] : happenings(notice)
  const lines = [
    ...body,
    `Open now: ${now || "nothing"}`,
    page,
    "",
    "--",
    `MetricQ, ${hostname()}. Who gets mail is set at ${page}/settings`,
  ]
  return {
    subject: `[MetricQ] ${type === "test" ? "Test" : subjectOf(notice)}`.slice(0, MOST_SUBJECT),
    text: `${lines.join("\n")}\n`,
    messageId: `<${id}@${/@([^\s>]+)/.exec(from)?.[1] ?? "metricq"}>`,
    // Nobody's automatic answer is wanted (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated" },
  }
}

/** One finding by its words, many by their numbers. */
function subjectOf({ opened, resolved, counts }: Notice): string {
  const [finding] = [...opened, ...resolved]
  if (finding === undefined || counts.opened + counts.resolved > 1) return happened(counts)
  return `${counts.opened > 0 ? finding.severity : "resolved"}: ${findingLine(finding)}`
}

function happenings({ page, opened, resolved, counts }: Notice): string[] {
  return [
    ...section("New", opened, counts.opened, (finding) => [
      `  ${finding.severity}: ${findingLine(finding)}`,
      `    since ${timeText(finding.sinceMs)}${finding.source ? `, client ${finding.source}` : ""}`,
      `    What to do: ${finding.remedy}`,
      `    ${page}?id=${encodeURIComponent(finding.id)}`,
    ]),
    ...section("Resolved", resolved, counts.resolved, (finding) => [
      `  ${findingLine(finding)}`,
      `    from ${timeText(finding.sinceMs)} to ${timeText(finding.resolvedMs)}`,
    ]),
  ]
}

function section<T extends Finding>(
  title: string,
  findings: readonly T[],
  count: number,
  linesOf: (finding: T) => string[],
): string[] {
  if (count === 0) return []
  const told = findings.slice(0, MOST_TOLD)
  const more = count > told.length ? [`  … and ${count - told.length} more`] : []
  return [
    `${title}: ${count}`,
    "",
    ...told.flatMap((finding) => [...linesOf(finding), ""]),
    ...more,
    ...(more.length > 0 ? [""] : []),
  ]
}

/** To the second, in UTC: mail is read anywhere. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`
}
