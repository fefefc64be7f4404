import type { Descriptions } from "../description.js"
import { anyObject, flag, integer, list, named, number, object, orNull, text } from "../schema-helpers.js"

const metric = named(
  "Metric",
  object({
    name: text,
    ...{ unit: orNull(text), description: orNull(text) },
    rate: { type: ["number", "null"], description: "points a second" },
    ...{ source: orNull(text), quantity: orNull(text), historic: flag, date: orNull(text), state: text },
  }),
)

const facet = list(named("Facet", object({ value: text, count: integer })))

const tag = "metrics"

export const metricsDescriptions: Descriptions = {
  "GET /metrics": {
    ...{ tag, summary: "Search for metrics" },
    description:
      "`search` are words that must all occur in name, description or unit, or a `/regular expression/` for the name.",
    answer: object({ total: integer, offset: integer, metrics: list(metric) }),
  },
  "GET /metrics/facets": {
    ...{ tag, summary: "Units, sources and states with their counts, the most frequent first" },
    answer: object({ unit: facet, source: facet, state: facet }),
  },
  "GET /metrics/tree": {
    ...{ tag, summary: "What comes after a prefix in the names of metrics" },
    answer: list(
      named(
        "TreeNode",
        object({ name: text, path: text, metrics: { ...integer, description: "those below" }, leaf: flag }),
      ),
    ),
  },
  "POST /metrics/lookup": {
    example: { metrics: ["lab.power"] },
    ...{ tag, summary: "Which of some names are metrics, with unit, rate and source" },
    answer: object({ metrics: { ...anyObject, description: "by name; null for what is no metric" } }),
  },
  "POST /metrics/:name/rename/plan": {
    example: { to: "lab.power", mode: "rename" },
    ...{ tag, summary: "What it takes to give a metric another name" },
    description:
      "Nothing is changed. `mode` is `rename` (everywhere) or `alias` (only databases store it under the new name). A plan without steps says that nothing is left to do.",
    answer: named(
      "RenamePlan",
      object({
        ...{ from: text, to: text, mode: text },
        source: { ...orNull(anyObject), description: "who produces it, and where it has the name from" },
        documents: { ...list(anyObject), description: "configurations before and after, with their revisions" },
        databases: { ...list(anyObject), description: "what becomes of the history in each" },
        byHand: { type: ["array", "null"], items: anyObject, description: "readers that no configuration tells" },
        clashes: { ...list(anyObject), description: "in the way; `without`: the step to leave out instead" },
        metadata: anyObject,
        steps: { ...list(anyObject), description: "in their order" },
      }),
    ),
  },
  "POST /metrics/:name/rename": {
    example: { to: "lab.power", mode: "rename", leaveOut: ["config:transformer-sum"] },
    ...{ tag, summary: "Give a metric another name, or have it stored under one" },
    description:
      "Ends with the first step that fails; the same request goes on from there. `leaveOut`: ids of steps of the plan. `revisions`: those of the configurations that were looked at, by token; if one is another one now, nothing is done (409).",
    answer: object({
      done: { ...flag, description: "no step has failed" },
      steps: list(
        named(
          "RenameStep",
          object(
            {
              ...{ id: text, kind: text, token: text },
              state: { ...text, description: "done, stored (its agent is not connected), failed, left-out, open" },
              message: text,
            },
            ["token", "message"],
          ),
        ),
      ),
    }),
  },
  "GET /metrics/:name/storage": {
    ...{ tag, summary: "Which databases have how much of a metric" },
    answer: object({
      databases: list(
        named("Storage", {
          ...anyObject,
          properties: {
            token: text,
            by: { ...orNull(text), description: "the part of the configuration that stores it" },
            ...{ points: integer, inMemory: integer, bytes: integer, first: orNull(text), last: orNull(text) },
            rows: { ...list(text), description: "lengths of rows in nanoseconds" },
            ...{ maxGap: orNull(text), retention: orNull(anyObject) },
            trouble: { ...text, description: "why nothing is known" },
          },
        }),
      ),
    }),
  },
  "GET /metrics/:name": {
    ...{ tag, summary: "Metadata of a metric" },
    answer: named("Metadata", { ...anyObject, properties: { unit: text, description: text, rate: number } }),
  },
}
