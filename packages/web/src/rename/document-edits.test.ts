import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import { storesMetric } from "../network/stores.js"
import { hasBothKeys, renamedDocument, replacedAt, storingAs, storingBoth, storingNew } from "./document-edits.js"

const names = { from: "lab.old", to: "lab.new" }

test("values and keys that are the name change, and nothing that only contains it", () => {
  const document = {
    metrics: {
      "lab.old": { expression: { left: "lab.old", right: "lab.older" } },
      "lab.sum": { inputs: ["lab.old", 1] },
    },
    note: "about lab.old",
  }
  expect(renamedDocument(document, names)).toEqual({
    metrics: {
      "lab.new": { expression: { left: "lab.new", right: "lab.older" } },
      "lab.sum": { inputs: ["lab.new", 1] },
    },
    note: "about lab.old",
  })
  expect(hasBothKeys(document, names)).toBe(false)
  expect(hasBothKeys({ list: [{ "lab.old": 1, "lab.new": 2 }] }, names)).toBe(true)
})

test("what stands at one place changes alone", () => {
  const document = { a: { power: { name: "power" } }, b: ["power"], power: "power" }
  const ending = { from: "power", to: "load" }
  expect(replacedAt(document, "/a/power", ending).a).toEqual({ load: { name: "power" } })
  expect(replacedAt(document, "/b/0", ending)).toEqual({ ...document, b: ["load"] })
  expect(replacedAt(document, "/power", ending).power).toBe("load")
})

/** What a database has, while the source changes, and afterwards. */
const databases: [string, JsonObject, JsonObject, JsonObject][] = [
  [
    "metrics by name",
    { metrics: { "lab.old": { maxGap: "5s" }, "lab.z": {} } },
    { metrics: { "lab.old": { maxGap: "5s" }, "lab.new": { maxGap: "5s" }, "lab.z": {} } },
    { metrics: { "lab.new": { maxGap: "5s" }, "lab.z": {} } },
  ],
  [
    "a list of metrics",
    { metrics: ["lab.old", { name: "lab.x", input: "lab.old" }] },
    { metrics: ["lab.old", "lab.new", { name: "lab.x", input: "lab.old" }] },
    { metrics: ["lab.new", { name: "lab.x", input: "lab.new" }] },
  ],
  ["a pattern that matches both", { patterns: ["lab.*"] }, { patterns: ["lab.*"] }, { patterns: ["lab.*"] }],
  [
    "a pattern for the old one alone",
    { patterns: [{ pattern: "lab.old", interval: "1s" }, "hall.*"] },
    { patterns: [{ pattern: "lab.old", interval: "1s" }, { pattern: "lab.new", interval: "1s" }, "hall.*"] },
    { patterns: [{ pattern: "lab.new", interval: "1s" }, "hall.*"] },
  ],
  [
    "a pattern that does not match the new one",
    { patterns: ["hall.*", { pattern: "lab.o*", exclude: ["lab.ox"], maxGap: "9s" }] },
    {
      patterns: [
        "hall.*",
        { pattern: "lab.o*", exclude: ["lab.ox"], maxGap: "9s" },
        { pattern: "lab.new", maxGap: "9s" },
      ],
    },
    {
      patterns: [
        "hall.*",
        { pattern: "lab.o*", exclude: ["lab.ox"], maxGap: "9s" },
        { pattern: "lab.new", maxGap: "9s" },
      ],
    },
  ],
  [
    "what is left out",
    { patterns: [{ pattern: "lab.*", exclude: ["lab.old"] }] },
    { patterns: [{ pattern: "lab.*", exclude: ["lab.old", "lab.new"] }] },
    { patterns: [{ pattern: "lab.*", exclude: ["lab.new"] }] },
  ],
  [
    "another input, which can be stored once only",
    { metrics: { "lab.old": { input: "hall.a" } } },
    { metrics: { "lab.old": { input: "hall.a" } } },
    { metrics: { "lab.new": { input: "hall.a" } } },
  ],
]

test.each(databases)("a database with %s stores both, then the new name only", (_, before, both, after) => {
  expect(storingBoth(before, names)).toEqual(both)
  expect(storingBoth(both, names)).toEqual(both)
  expect(storingNew(both, names)).toEqual(after)
  expect(storingNew(after, names)).toEqual(after)
  expect(storesMetric(after, "lab.new")).toBe(storesMetric(before, "lab.old"))
})

test("what is below a prefix gets an entry of its own where the new name is not", () => {
  const before = { metrics: { lab: { prefix: true, maxGap: "5s" } } }
  expect(storingBoth(before, { from: "lab.old", to: "lab.new" })).toEqual(before)
  expect(storingBoth(before, { from: "lab.old", to: "hall.new" }).metrics).toEqual({
    lab: { prefix: true, maxGap: "5s" },
    "hall.new": { maxGap: "5s" },
  })
})

test("an alias keeps the settings of the name it feeds, else of its input, else those it is given", () => {
  const settings = { interval_min: 5 }
  expect(storingAs({ patterns: ["**"] }, "new.sensor", "lab.old", settings)).toEqual({
    patterns: ["**"],
    metrics: { "lab.old": { interval_min: 5, input: "new.sensor" } },
  })
  expect(storingAs({ metrics: { "lab.old": { maxGap: "1s" }, x: {} } }, "new.sensor", "lab.old", settings)).toEqual({
    metrics: { x: {}, "lab.old": { maxGap: "1s", input: "new.sensor" } },
  })
  expect(storingAs({ metrics: ["new.sensor", "lab.x"] }, "new.sensor", "lab.old", settings)).toEqual({
    metrics: ["lab.x", { name: "lab.old", input: "new.sensor" }],
  })
  expect(storingAs({ metrics: { "new.sensor": { maxGap: "2s" } } }, "new.sensor", "lab.old", settings)).toEqual({
    metrics: { "lab.old": { maxGap: "2s", input: "new.sensor" } },
  })
})
