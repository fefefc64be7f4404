import type { Descriptions } from "../description.js"
import { anyObject, flag, integer, isoTime, list, named, number, object, orNull, text } from "../schema-helpers.js"

const client = named(
  "Client",
  object(
    {
      token: text,
      state: { ...text, description: "up, late or gone" },
      drift: { ...text, description: "current, sent, refused, outdated, never or none" },
      rates: { ...anyObject, description: "points a second, declared and measured" },
      configuration: { ...anyObject, description: "revisions that are stored, sent, accepted, refused" },
      ...{ firstSeen: isoTime, lastSeen: isoTime, lastFunction: text },
      discover: { ...anyObject, description: "its last answer to the question who is there" },
      config: { ...flag, description: "whether there is a configuration for it" },
      metrics: { ...integer, description: "how many it has declared" },
    },
    ["discover", "configuration"],
  ),
)

const tag = "network"

export const networkDescriptions: Descriptions = {
  "GET /status": {
    ...{ tag, summary: "The network at a glance" },
    answer: object({
      network: object({ url: text, connected: flag, trouble: text }, ["trouble"]),
      metrics: integer,
      clients: { ...orNull(integer), description: "those that answer; null if the server may not ask" },
      pointsPerSecond: { ...orNull(number), description: "what databases store" },
      version: text,
      database: { ...list(anyObject), description: "the status of each database" },
    }),
  },
  "GET /queues": {
    ...{ tag, summary: "Queues that outlive their clients" },
    answer: object(
      {
        queues: orNull(
          list(
            named(
              "Queue",
              object({
                ...{ queue: text, token: text, role: text, kind: text, life: text },
                ...{ messages: orNull(integer), consumers: orNull(integer) },
              }),
            ),
          ),
        ),
        trouble: { ...text, description: "why they are not known" },
      },
      ["trouble"],
    ),
  },
  "DELETE /queues/:queue": {
    ...{ tag, summary: "Delete a queue that nobody reads" },
    answer: object({ queue: text, messages: integer }),
  },
  "GET /clients": {
    ...{ tag, summary: "Who takes part in the network" },
    answer: object({ clients: list(client) }),
  },
  "GET /clients/:token": {
    ...{ tag, summary: "One client, what it sends and what it gets" },
    answer: named(
      "ClientDetails",
      object({
        token: text,
        kind: orNull(anyObject),
        produced: object({ total: integer, metrics: list(anyObject) }),
        consumed: orNull(anyObject),
      }),
    ),
  },
}
