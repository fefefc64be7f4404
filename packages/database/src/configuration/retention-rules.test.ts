import { expect, test } from "vitest"
import { retentionRules } from "./retention-rules.js"
import { StoragePlan } from "./storage-plan.js"

const D = 86_400_000_000_000n

test("each metric has the rule of its retention; those kept for ever, and what is stored no more, have their own", () => {
  const rules = retentionRules(
    new StoragePlan("db", {
      metrics: { "lab.a": { retention: { raw: "7d" } }, "lab.b": { retention: { raw: "7d" } } },
      patterns: [{ pattern: "lab.kept.**", retention: {} }, "lab.**"],
      retention: { raw: "90d", levels: { "1min": "forever" } },
    }),
  )
  const ruleOf = (name: string) => {
    const fitting = rules.filter(({ metrics }) => (metrics as (name: string) => boolean)(name))
    expect(fitting.length).toBeLessThan(2)
    return fitting[0] && { points: fitting[0].pointsNs, rows: fitting[0].rows }
  }
  const rows = [{ intervalNs: 60_000_000_000n, keepNs: undefined }]
  expect(rules).toHaveLength(2)
  expect(ruleOf("lab.a")).toEqual({ points: 7n * D, rows: [] })
  expect(ruleOf("lab.b")).toEqual({ points: 7n * D, rows: [] })
  expect(ruleOf("lab.kept.a")).toBeUndefined()
  expect(ruleOf("lab.c")).toEqual({ points: 90n * D, rows })
  expect(ruleOf("hall.a")).toEqual({ points: 90n * D, rows })
})
