import { expect, test } from "vitest"
import { storageSource, storageWithoutName, storesMetric } from "./stores.js"

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

test("tells which part of a configuration stores a metric, and which would without its name", () => {
  const config = {
    metrics: { "lab.power": { interval_min: "10s" }, yard: { prefix: true }, "a/b": {} },
    patterns: [{ pattern: "lab.*", exclude: ["lab.x"] }, "**.temperature"],
  }
  expect(storageSource(config, "lab.power")).toEqual({
    ...{ by: "name", of: "lab.power", where: "/metrics/lab.power", entry: { interval_min: "10s" } },
  })
  expect(storageWithoutName(config, "lab.power")).toMatchObject({ by: "pattern", of: "lab.*", where: "/patterns/0" })
  expect(storageSource(config, "yard.wind")).toMatchObject({ by: "prefix", of: "yard", where: "/metrics/yard" })
  expect(storageSource(config, "hall.temperature")).toEqual({
    ...{ by: "pattern", of: "**.temperature", where: "/patterns/1", entry: {} },
  })
  expect(storageSource(config, "lab.x")).toBeUndefined()
  expect(storageSource(config, "a/b")!.where).toBe("/metrics/a~1b")
  expect(storageWithoutName({ metrics: ["a.b"] }, "a.b")).toBeUndefined()
})

test("what is wrong, or takes for ever, stores nothing", () => {
  const name = `${"a".repeat(40)}!`
  expect(storesMetric({ metrics: 5, patterns: ["/(/", "", 7, null, { pattern: 1 }, "/^(a+)+$/"] }, name)).toBe(false)
  expect(storesMetric({ patterns: [{ pattern: "**", exclude: "x" }] }, name)).toBe(true)
})
