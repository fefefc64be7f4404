import type { FastifyInstance } from "fastify"
import { querySchema } from "../../api/schemas.js"
import type { HealthEngine } from "../engine.js"
import { type FindingQuery, filterOf, filterSchemas } from "../filter.js"
import { type Severity, severities } from "../finding.js"
import { type Feed, feedItems, feedTag } from "./feed-items.js"
import { jsonFeedOf } from "./json-feed.js"
import { rssOf } from "./rss.js"

/** What the endpoint works with. */
export interface FeedParts {
  readonly engine: HealthEngine
  /** Address of the page of findings. */
  page(): string
}

type FeedQuery = Omit<FindingQuery, "state"> & {
  readonly minimum: Severity
  readonly resolved: boolean
  readonly limit: number
  readonly format?: "rss" | "json"
}

const schema = querySchema({
  ...filterSchemas,
  format: { enum: ["rss", "json"] },
  minimum: { enum: severities, default: "info" },
  resolved: { type: "boolean", default: true },
  limit: { type: "integer", minimum: 1, maximum: 200, default: 50 },
})
const types = { rss: "application/rss+xml; charset=utf-8", json: "application/feed+json; charset=utf-8" } as const

/** `health/feed`: what was found and what is over, the latest first, for feed readers. */
export function addFeedEndpoint(app: FastifyInstance, { engine, page }: FeedParts): void {
  app.get<{ Querystring: FeedQuery }>(
    "/feed",
    { schema: { ...schema, tags: ["health"], summary: "What was found and what is over, as RSS or JSON Feed" } },
    async ({ query, headers, url }, reply) => {
      const { limit, minimum, resolved, format = formatOf(headers.accept) } = query
      const isAsked = filterOf(query)
      const isBad = ({ severity }: { severity: Severity }) =>
        severities.indexOf(severity) <= severities.indexOf(minimum)
      const over = engine.ledger.history().filter((each) => isAsked(each) && isBad(each))
      const held = engine.list().filter((each) => isAsked(each) && isBad(each))
      const feed: Feed = {
        ...{ title: "MetricQ: findings", description: "What needs attention in this network" },
        ...{ page: page(), self: new URL(url, page()).href },
        items: feedItems(held, over, { page: page(), limit, withResolved: resolved }),
      }
      const tag = feedTag(feed)
      reply
        .header("etag", tag)
        .header("vary", "accept, authorization, cookie")
        .header("cache-control", "private, no-cache")
      if (headers["if-none-match"]?.split(/\s*,\s*/).includes(tag)) return reply.code(304).send()
      return reply.type(types[format]).send(format === "json" ? jsonFeedOf(feed) : rssOf(feed))
    },
  )
}

/** JSON for those who ask for it and not for RSS. */
function formatOf(accept = ""): "rss" | "json" {
  return /json/.test(accept) && !/rss|xml/.test(accept) ? "json" : "rss"
}
