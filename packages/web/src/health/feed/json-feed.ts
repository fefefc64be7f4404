import type { Feed } from "./feed-items.js"

/** A feed as JSON Feed 1.1. */
export function jsonFeedOf({ title, description, page, self, items }: Feed): string {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    ...{ title, description, home_page_url: page, feed_url: self },
    items: items.map(({ id, title, text, url, timeMs, tags }) => ({
      ...{ id, url, title, content_text: text, date_published: new Date(timeMs).toISOString(), tags },
    })),
  })
}
