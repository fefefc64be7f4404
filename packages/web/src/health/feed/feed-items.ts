import { createHash } from "node:crypto"
import { findingLine } from "../channels/notice-text.js"
import type { Finding, ResolvedFinding } from "../ledger.js"

/** One thing that has happened: something was found, or is over. */
export interface FeedItem {
  /** The same for ever. */
  readonly id: string
  readonly title: string
  readonly text: string
  /** Address on the page. */
  readonly url: string
  /** When it happened, in ms since 1970. */
  readonly timeMs: number
  readonly tags: readonly string[]
}

/** A feed in no particular format. */
export interface Feed {
  readonly title: string
  readonly description: string
  /** Address of the page of findings, and of the feed itself. */
  readonly page: string
  readonly self: string
  readonly items: readonly FeedItem[]
}

/** What has happened, the latest first; at most `limit`. Of what is muted nothing is told, of what is over only if `withResolved`. */
export function feedItems(
  findings: readonly Finding[],
  resolved: readonly ResolvedFinding[],
  { page, limit, withResolved }: { readonly page: string; readonly limit: number; readonly withResolved: boolean },
): FeedItem[] {
  const isHeard = ({ state }: Finding) => state !== "muted"
  const found = [...findings, ...resolved].filter(isHeard)
  const over = withResolved ? resolved.filter(isHeard) : []
  return [...found.map((each) => foundItem(each, page)), ...over.map((each) => resolvedItem(each, page))]
    .sort((a, b) => b.timeMs - a.timeMs || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
}

/** Changes whenever an item does, or another one comes. */
export function feedTag({ items }: Feed): string {
  const hash = createHash("sha256")
  for (const { id, title, text } of items) hash.update(`${id}\n${title}\n${text}\n`)
  return `"${hash.digest("base64url").slice(0, 22)}"`
}

function foundItem(finding: Finding, page: string): FeedItem {
  const { id, severity, source, remedy, sinceMs, foundMs = sinceMs, handling } = finding
  const lines = [
    `Since ${new Date(sinceMs).toISOString()}${source ? `, client ${source}` : ""}.`,
    `What to do: ${remedy}.`,
    ...(handling?.assignee === undefined ? [] : [`Looked after by ${handling.assignee}.`]),
    ...(handling?.note === undefined ? [] : [`Note: ${handling.note}`]),
  ]
  return {
    ...{ id: `${id}/${foundMs}`, title: `${severity}: ${findingLine(finding)}`, text: lines.join("\n") },
    ...{ url: `${page}?id=${encodeURIComponent(id)}`, timeMs: foundMs, tags: tagsOf(finding) },
  }
}

function resolvedItem(finding: ResolvedFinding, page: string): FeedItem {
  const { id, sinceMs, resolvedMs, foundMs = sinceMs } = finding
  const [from, to] = [sinceMs, resolvedMs].map((ms) => new Date(ms).toISOString())
  return {
    ...{ id: `${id}/${foundMs}/resolved`, title: `resolved: ${findingLine(finding)}`, text: `From ${from} to ${to}.` },
    ...{ url: `${page}/history`, timeMs: resolvedMs, tags: [...tagsOf(finding), "resolved"] },
  }
}

function tagsOf({ severity, kind, source }: Finding): string[] {
  return [severity, kind, ...(source ? [source] : [])]
}
