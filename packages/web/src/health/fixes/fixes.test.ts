import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import { fixKinds } from "../finding.js"
import { finding } from "../testing/notices.js"
import type { FixParts } from "./fix.js"
import { fixes } from "./index.js"
import { tidyRate } from "./set-rate.js"
import { withMetrics } from "./store.js"

/** A network that notes what it is asked to do. */
function parts(change: Partial<FixParts> & { answers?: Record<string, JsonObject> } = {}) {
  const calls: [string, JsonObject][] = []
  const settled: unknown[] = []
  const { answers = {}, ...rest } = change
  const made: FixParts = {
    rpc: {
      rpc: (async (name: string, args: JsonObject) => {
        calls.push([name, args])
        return answers[name] ?? {}
      }) as never,
    },
    metricsOf: () => ["lab.a", "lab.b"],
    seenRateHz: (name) => (name === "lab.a" ? 0.1003 : undefined),
    metadataOf: () => ({ interval: "1s" }),
    settleUnit: (...said) => void settled.push(said),
    databases: () => ["db-a", "db-b"],
    by: "ann",
    ...rest,
  }
  return { calls, settled, made }
}
const about = finding("lab.a", { values: { before: "kW", after: "W", messages: 7, accepted: "r2" } })

test("every fix says what it will do, and does nothing by that", async () => {
  const answers = { "config.versions": { versions: [{ version: 2, revision: "r2", time: "2026-01-01" }] } }
  for (const kind of fixKinds) {
    const { calls, made } = parts({ answers })
    const { does } = await fixes[kind].plan(about, made)
    expect(does).toMatch(/^[a-z].*[a-z0-9]$/i)
    expect(calls.filter(([name]) => name !== "config.versions")).toEqual([])
  }
})

test("a unit is written over what sources declare, and is no change any more", async () => {
  const { calls, settled, made } = parts()
  expect(await fixes["set-unit"].plan(about, made)).toMatchObject({
    asks: { unit: ["W", "kW"] },
    metrics: ["lab.a", "lab.b"],
  })
  await fixes["set-unit"].run(about, made, { unit: "kW" })
  expect(calls).toEqual([
    ["metadata.set", { metadata: { "lab.a": { unit: "kW" }, "lab.b": { unit: "kW" } }, by: "ann" }],
  ])
  expect(settled).toEqual([[["lab.a", "lab.b"], "kW"]])
  await expect(fixes["set-unit"].run(about, made, {})).rejects.toThrow("a unit of at most 40 characters is needed")
})

test("a rate is written as it was seen, where it was, and the interval with it that counts before it", async () => {
  const { calls, made } = parts()
  expect(await fixes["set-rate"].plan(about, made)).toMatchObject({ metrics: ["lab.a"], values: { rate: 0.1 } })
  await fixes["set-rate"].run(about, made, {})
  expect(calls).toEqual([["metadata.set", { metadata: { "lab.a": { rate: 0.1, interval: "10s" } }, by: "ann" }]])
  expect(() => fixes["set-rate"].plan(about, parts({ seenRateHz: () => undefined }).made)).toThrow("too few points")
})

test.each([
  [0.997, 1],
  [9.95, 10],
  [0.0333, 0.0333333],
  [0.989, 1],
  [49.8, 50],
  [3.333, 3.33],
])("%d Hz is %d Hz", (seen, rate) => {
  expect(tidyRate(seen)).toBe(rate)
})

test("the version that a client works with is stored again, and sent", async () => {
  const versions = {
    versions: [
      { version: 3, revision: "r3" },
      { version: 2, revision: "r2", time: "2026-01-01" },
    ],
  }
  const { calls, made } = parts({ answers: { "config.versions": versions, "config.apply": { answered: true } } })
  const subject = { client: "source-a" }
  expect(await fixes.restore.run({ ...about, subject }, made, {})).toBe("source-a has taken version 2 again")
  expect(calls.slice(1).map(([name, args]) => [name, args.version])).toEqual([
    ["config.restore", 2],
    ["config.apply", undefined],
  ])
  const other = { ...about, subject, values: { accepted: "r9" } }
  await expect(fixes.restore.plan(other, made)).rejects.toThrow("not among its versions any more")
})

test("metrics are added to the configuration of the database that is named, whatever its form", async () => {
  const config = { metrics: { "lab.a": { mode: "RW" } } }
  expect(withMetrics(config, ["lab.a", "lab.b"])).toEqual({ metrics: { "lab.a": { mode: "RW" }, "lab.b": {} } })
  expect(withMetrics({ metrics: ["lab.x"] }, ["lab.b"])).toEqual({ metrics: ["lab.x", { name: "lab.b" }] })
  expect(withMetrics({ patterns: ["x.**"] }, ["lab.b"])).toEqual({ patterns: ["x.**"], metrics: { "lab.b": {} } })
  const answers = {
    "config.list": { configs: [{ token: "db-b" }] },
    "config.get": { config, revision: "r1" },
    "config.apply": { answered: true },
  }
  const { calls, made } = parts({ answers })
  await expect(fixes.store.run(about, made, {})).rejects.toThrow("which database")
  expect(calls).toEqual([])
  expect(await fixes.store.run(about, made, { database: "db-b" })).toBe("db-b stores 2 metrics more")
  expect(calls.find(([name]) => name === "config.set")?.[1]).toMatchObject({ token: "db-b", revision: "r1", by: "ann" })
  expect(() => fixes.store.plan(about, parts({ databases: () => [] }).made)).toThrow("no database")
})
