import type { Descriptions } from "../description.js"
import {
  anyObject,
  flag,
  integer,
  isoTime,
  list,
  named,
  number,
  object,
  oneOf,
  orNull,
  text,
} from "../schema-helpers.js"

const tag = "health"

const finding = named(
  "Finding",
  object(
    {
      ...{ id: text, kind: text, severity: { ...text, description: "error, warning or info" } },
      subject: { ...anyObject, description: "one key: metric, client, database or queue" },
      ...{ source: orNull(text), message: text, remedy: text, values: anyObject },
      metrics: { ...integer, description: "for how many it stands" },
      examples: list(text),
      ...{ since: isoTime, lastSeen: isoTime, resolved: isoTime },
      state: { ...text, description: "open, acknowledged or muted" },
      ...{ by: text, at: isoTime, until: orNull(isoTime) },
      ...{ assignee: text, note: text, handledBy: text, handledAt: isoTime },
      fix: { ...text, description: "what can be done about it from here" },
    },
    [
      ...["metrics", "examples", "resolved", "by", "at", "until"],
      ...["assignee", "note", "handledBy", "handledAt", "fix"],
    ],
  ),
)

const happened = (key: string) => oneOf(object({ time: isoTime, [key]: text }, [key]), { type: "null" })
const channel = named(
  "Channel",
  object(
    {
      ...{ name: text, type: { ...text, description: "mail, webhook or nsca" }, on: flag, minimum: text },
      ...{ kinds: list(text), metrics: list(text), resolved: flag, digestS: number },
      target: {
        ...anyObject,
        description: "where and how, in the form of its type; for administrators, without secrets",
      },
      fixed: { ...flag, description: "whether a file of the web server says so" },
      state: object({
        ...{ lastSuccess: happened("answer"), lastError: happened("text") },
        ...{ waiting: integer, delivered: integer, failed: integer, retries: integer },
      }),
    },
    ["target"],
  ),
)

/** Findings, who looks after them, what can be done, and whom they are sent to. */
export const healthDescriptions: Descriptions = {
  "PATCH /health/findings/:id": {
    ...{ tag, summary: "Who looks after it, and what is known", answer: finding },
    description:
      "Either key can be left out; null or an empty text takes it away. Where there are accounts, `assignee` is a user.",
    example: { assignee: "ann", note: "the rack is being moved" },
  },
  "GET /health/assignees": {
    ...{ tag, summary: "Who can look after a finding" },
    answer: object({ free: { ...flag, description: "whether any name will do" }, names: list(text) }),
  },
  "GET /health/findings/:id/fix": {
    ...{ tag, summary: "What putting it right would do" },
    answer: object({
      ...{ fix: text, needs: text, does: text, values: anyObject, total: integer, metrics: list(text) },
      asks: {
        ...anyObject,
        description: "what the fix has to be told, such as a unit, and what there is to choose from",
      },
    }),
  },
  "POST /health/findings/:id/fix": {
    ...{ tag, summary: "Do what puts it right", answer: object({ done: text }), example: { unit: "kW" } },
  },
  "GET /health/feed": {
    ...{ tag, summary: "What was found and what is over, as RSS or JSON Feed" },
    description: "At most 200 items, the latest first. Answered with an `ETag`; 304 if nothing has changed.",
    media: { "application/rss+xml": "RSS 2.0", "application/feed+json": "JSON Feed 1.1" },
  },
  "GET /health/channels": {
    ...{ tag, summary: "Where findings are sent, and how that goes", answer: object({ channels: list(channel) }) },
  },
  "PUT /health/channels/:name": {
    ...{ tag, summary: "Make a channel, or change one", answer: channel },
    description:
      "For administrators. A secret that comes back masked stays, unless the channel sends to another receiver than before.",
    example: {
      type: "mail",
      minimum: "error",
      target: { host: "mail.example.org", from: "metricq@example.org", to: ["ops@example.org"] },
    },
  },
  "DELETE /health/channels/:name": { ...{ tag, summary: "Send nothing there any more", answer: object({}) } },
  "POST /health/channels/:name/test": {
    ...{ tag, summary: "Send a test message, and wait for the answer" },
    answer: object({ delivered: flag, answer: { ...text, description: "what the receiver has said, or why not" } }),
  },
}
