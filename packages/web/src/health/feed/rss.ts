import type { Feed, FeedItem } from "./feed-items.js"

/** A feed as RSS 2.0. */
export function rssOf({ title, description, page, self, items }: Feed): string {
  const channel = [
    tag("title", title),
    tag("link", page),
    tag("description", description),
    `<atom:link href="${escaped(self)}" rel="self" type="application/rss+xml"/>`,
    ...(items[0] === undefined ? [] : [tag("lastBuildDate", dateOf(items[0].timeMs))]),
    ...items.map(itemOf),
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
    "<channel>",
    ...channel,
    "</channel>",
    "</rss>",
    "",
  ].join("\n")
}

function itemOf({ id, title, text, url, timeMs, tags }: FeedItem): string {
  const parts = [
    tag("title", title),
    tag("link", url),
    tag("description", text),
    `<guid isPermaLink="false">${escaped(id)}</guid>`,
    tag("pubDate", dateOf(timeMs)),
    ...tags.map((each) => tag("category", each)),
  ]
  return `<item>${parts.join("")}</item>`
}

function tag(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`
}

/** RFC 822, as RSS wants it. */
function dateOf(ms: number): string {
  return new Date(ms).toUTCString()
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/** Characters that XML cannot hold at all are left out: texts come from other programs. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? "")
}
