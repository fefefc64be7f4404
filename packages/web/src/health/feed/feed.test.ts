import { expect, test } from "vitest"
import { finding, resolved } from "../testing/notices.js"
import { type Feed, feedItems, feedTag } from "./feed-items.js"
import { jsonFeedOf } from "./json-feed.js"
import { rssOf } from "./rss.js"

const options = { page: "http://x/health", limit: 10, withResolved: true }
const feed = (...items: Feed["items"]): Feed => ({
  ...{ title: "MetricQ", description: "what & why", page: "http://x/health", self: "http://x/feed?a=1&b=2", items },
})

test("what was found last comes first, and what is over stands beside it", () => {
  const items = feedItems(
    [{ ...finding("lab.new"), foundMs: 9000 }, finding("lab.muted", { state: "muted" })],
    [{ ...resolved("lab.old"), foundMs: 1000, resolvedMs: 5000 }],
    options,
  )
  expect(items.map(({ title, timeMs }) => [title, timeMs])).toEqual([
    ["warning: lab.new: no point for 5 min", 9000],
    ["resolved: lab.old: no point for 5 min", 5000],
    ["warning: lab.old: no point for 5 min", 1000],
  ])
  expect(new Set(items.map(({ id }) => id)).size).toBe(3)
  expect(feedItems([], [resolved("lab.old")], { ...options, withResolved: false })).toHaveLength(1)
  expect(feedItems([finding("a"), finding("b")], [], { ...options, limit: 1 })).toHaveLength(1)
})

test("RSS holds any text, without what XML cannot hold", () => {
  const evil = finding("lab.a", { message: `<b>&"\u0000\u001b\ufffe\ud800 ü`, remedy: "]]>" })
  const xml = rssOf(feed(...feedItems([evil], [], options)))
  expect(xml).toContain("<title>warning: lab.a: &lt;b&gt;&amp;&quot;")
  expect(xml).toContain('href="http://x/feed?a=1&amp;b=2"')
  expect(xml).toContain("<pubDate>Thu, 01 Jan 1970 00:00:01 GMT</pubDate>")
  for (const character of ["\u0000", "\u001b", "\ufffe", "\ud800"]) expect(xml).not.toContain(character)
  expect(xml).not.toContain("]]>")
})

test("JSON Feed has its version, and times in ISO 8601", () => {
  const json = JSON.parse(jsonFeedOf(feed(...feedItems([finding("lab.a")], [], options))))
  expect(json).toMatchObject({
    ...{ version: "https://jsonfeed.org/version/1.1", home_page_url: "http://x/health" },
    items: [{ date_published: "1970-01-01T00:00:01.500Z", tags: ["warning", "silent", "source-a"] }],
  })
})

test("the tag is another one when something has changed", () => {
  const [a, b] = [[finding("a")], [finding("a", { message: "other" })]].map((some) =>
    feedTag(feed(...feedItems(some, [], options))),
  )
  expect(a).not.toBe(b)
  expect(feedTag(feed(...feedItems([finding("a")], [], options)))).toBe(a)
})
