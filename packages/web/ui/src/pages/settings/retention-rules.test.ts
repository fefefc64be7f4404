import fc from "fast-check"
import { expect, test } from "vitest"
import { isPlain, newRule, rulesOf, withRules } from "./retention-rules.js"

const config = {
  metrics: { "lab.a": { interval_min: 5, retention: { raw: "7d" } }, "lab.b": {} },
  patterns: [{ pattern: "lab.**", exclude: ["lab.x"], retention: { raw: "30d", levels: { "1min": "forever" } } }, "**"],
  retention: { raw: "90d" },
  limits: { rows: 5 },
}

test("rules are read in the order in which they count", () => {
  expect(rulesOf(config).map(({ kind, name, points, rows }) => [kind, name, points, rows])).toEqual([
    ["pattern", "lab.**", "30d", [{ interval: "1min", keep: "forever" }]],
    ["pattern", "**", "", []],
    ["metric", "lab.a", "7d", []],
    ["others", "", "90d", []],
  ])
  expect(rulesOf({})).toMatchObject([{ kind: "others", points: "forever" }])
})

test("what is changed is written, and everything else stays", () => {
  const [lab, all, metric, others] = rulesOf(config)
  const added = { ...newRule(), name: "hall.**" }
  const changed = [
    added,
    { ...all!, points: "1d", rows: [{ interval: "1h", keep: "5d" }] },
    { ...lab!, points: "" },
    { ...metric!, points: "" },
    { ...others!, points: "forever" },
  ]
  expect(withRules(config, changed)).toEqual({
    metrics: { "lab.a": { interval_min: 5 }, "lab.b": {} },
    patterns: [
      { pattern: "hall.**", retention: { raw: "90d" } },
      { pattern: "**", retention: { raw: "1d", levels: { "1h": "5d" } } },
      { pattern: "lab.**", exclude: ["lab.x"] },
    ],
    retention: { raw: "forever" },
    limits: { rows: 5 },
  })
})

test("a rule goes alone only if its pattern has no other settings", () => {
  expect(rulesOf(config).map(isPlain)).toEqual([true, true, false, false])
  expect(rulesOf({ patterns: [{ pattern: "a", maxGap: "1s" }] }).map(isPlain)).toEqual([false, false])
})

test("a document whose rules are not changed stays as it is", () => {
  const keep = fc.constantFrom("forever", "7d", "90d")
  const retention = fc.record(
    { raw: keep, levels: fc.dictionary(fc.constantFrom("1s", "1min"), keep) },
    { requiredKeys: [] },
  )
  const entry = fc.record({ pattern: fc.string(), retention, maxGap: fc.constant("1s") }, { requiredKeys: ["pattern"] })
  const document = fc.record(
    {
      patterns: fc.array(fc.oneof(fc.string(), entry)),
      metrics: fc.dictionary(fc.stringMatching(/^[a-z.]{1,9}$/), fc.record({ retention }, { requiredKeys: [] })),
      retention,
      limits: fc.object(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(document, (config) => {
      expect(JSON.parse(JSON.stringify(withRules(config, rulesOf(config))))).toEqual(JSON.parse(JSON.stringify(config)))
    }),
  )
})
