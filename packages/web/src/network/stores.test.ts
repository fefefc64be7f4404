import { expect, test } from "vitest"
import { storesMetric } from "./stores.js"

test("metrics are stored by name, by prefix and by pattern", () => {
  const config = {
    metrics: { "lab.power": {}, yard: { prefix: true } },
    patterns: ["hall.*", { pattern: "/^roof[.]\\w+$/", exclude: ["roof.b"] }],
  }
  for (const name of ["lab.power", "yard.wind.speed", "hall.a", "roof.a"]) expect(storesMetric(config, name)).toBe(true)
  for (const name of ["lab", "yard", "hall.a.b", "roof.b", "roof.a.b", "constructor"]) {
    expect(storesMetric(config, name)).toBe(false)
  }
  expect(storesMetric({ metrics: ["a.b", { name: "c.d", input: "x" }] }, "c.d")).toBe(true)
})

test("what is wrong, or takes for ever, stores nothing", () => {
  const name = `${"a".repeat(40)}!`
  expect(storesMetric({ metrics: 5, patterns: ["/(/", "", 7, null, { pattern: 1 }, "/^(a+)+$/"] }, name)).toBe(false)
  expect(storesMetric({ patterns: [{ pattern: "**", exclude: "x" }] }, name)).toBe(true)
})
