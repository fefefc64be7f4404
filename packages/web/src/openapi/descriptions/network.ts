import type { Descriptions } from "../description.js"
import {
  anyObject,
  byName,
  flag,
  integer,
  isoTime,
  list,
  named,
  number,
  object,
  orNull,
  text,
} from "../schema-helpers.js"

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
      labels: { ...byName(text), description: "what people have put on it" },
      ...{ host: text, version: text, library: text },
      newer: { ...text, description: "the version that most of its kind run, if that is newer" },
      upSince: { ...isoTime, description: "when it was started" },
      backlog: {
        ...object({ messages: integer, unread: integer }),
        description: "what waits for it, and how many of its queues nobody reads",
      },
    },
    ["discover", "configuration", "labels", "host", "version", "library", "newer", "upSince", "backlog"],
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
  "PATCH /clients": {
    example: { labels: { "source-lab": { room: "A", spare: "", old: null } } },
    ...{ tag, summary: "Put labels on clients, and take them away" },
    description:
      "Labels by token: a text sets one, the empty text for one that is only a word; null takes it away. All are changed or, if one cannot be, none. The answer has those clients with all their labels.",
    answer: object({ labels: byName(byName(text)) }),
  },
  "GET /clients/live": {
    ...{ tag, summary: "The list of clients as server-sent events" },
    description:
      "`clients` has all clients by token; `change` is a JSON merge patch (RFC 7386) of that, null for a client that is forgotten; `trouble` says that they cannot be read just now. Whoever comes back with `Last-Event-ID` gets what they have missed, or, if that is too much, all clients again.",
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
