import type { Descriptions } from "../description.js"
import { byName, integer, list, named, number, object, oneOf, orNull, text, timeNs } from "../schema-helpers.js"
import { errorSchema } from "./error.js"

const value = orNull(number)
const values = list(value)
const times = list(timeNs)

const points = named("Points", object({ mode: { const: "values" }, times, values }))

const aggregates = named(
  "Aggregates",
  object({
    mode: { const: "aggregates" },
    intervalNs: { type: ["string", "null"], description: "length of each, as far as it can be seen" },
    times: { ...times, description: "begins" },
    ...{ min: values, mean: values, max: values, sum: values, count: list(integer) },
    integral: { ...values, description: "value times seconds" },
    active: { ...list(number), description: "seconds for which a value is known" },
  }),
)

const analysis = named(
  "Analysis",
  object({
    ...{ min: value, max: value, mean: value, sum: value, count: integer, integral: value, active: number },
    coverage: { ...number, description: "part of the range for which a value is known" },
  }),
)

const tag = "history"

export const historyDescriptions: Descriptions = {
  "POST /last": {
    ...{ tag, summary: "Newest stored point of each metric" },
    example: { metrics: ["vm.cpu.usage"] },
    description: "null for a metric without a stored point.",
    answer: byName(orNull(named("Point", object({ time: timeNs, value })))),
  },
  "POST /history": {
    ...{ tag, summary: "What was, as columns" },
    description:
      "Aggregates, or the points where there are no more of them. What fails for one metric is an error in its place. With the header " +
      "`Accept: application/vnd.metricq.columns` the answer is binary, and has no bound for `raw`.",
    example: { metrics: ["vm.cpu.usage"], from: "now-1h", to: "now", points: 60 },
    answer: byName(oneOf(points, aggregates, errorSchema)),
    media: { "application/vnd.metricq.columns": "binary columns, see docs/reference/columns.md" },
  },
  "POST /analyze": {
    ...{ tag, summary: "One aggregate of exactly this time for each metric" },
    example: { metrics: ["vm.cpu.usage"], from: "now-1h", to: "now" },
    answer: byName(oneOf(analysis, errorSchema)),
  },
  "GET /export": {
    ...{ tag, summary: "History as a file, written while it is read" },
    media: { "text/csv": "a line for each point or aggregate", "application/json": "the same as objects, by metric" },
  },
  "GET /tiles/:name": {
    ...{ tag, summary: "History in a piece that a chart can keep" },
    description:
      "Tiles that ended more than a minute ago have an ETag and may be kept for ever. The format is in docs/reference/http.md.",
    media: { "application/octet-stream": "a tile" },
  },
  "POST /tiles": {
    ...{ tag, summary: "Up to 64 tiles at once" },
    description:
      "In the order of the request, each after its length as u32; a length of 0 is a tile that cannot be had.",
    media: { "application/octet-stream": "tiles" },
  },
  "GET /live": {
    ...{ tag: "live", summary: "What comes in, as server-sent events or WebSocket" },
    description:
      "As events for what the address names, or with an upgrade to a WebSocket, where subscriptions are messages. docs/reference/live.md has " +
      "the messages. `Last-Event-ID` and `since` go on without a gap.",
    media: { "text/event-stream": "each event is a message" },
    query: {
      metric: { type: "array", items: text, minItems: 1, maxItems: 2000 },
      interval: {
        type: "number",
        minimum: 0,
        maximum: 86_400_000,
        default: 0,
        description: "milliseconds of a row; 0: every point",
      },
      since: { type: "string", description: "everything after this time, then what comes" },
    },
  },
}
