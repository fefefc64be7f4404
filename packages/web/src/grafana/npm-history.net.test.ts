import { createRequire } from "node:module"
import type { TestNetwork } from "@metricq/testkit"
import { TestDb } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Point {
  time: { valueOf(): number }
  value: number | null
}

/** What `@metricq/history` of npm offers, as far as it is used here. */
interface HistoryOfNpm {
  search(target: string, metadata?: boolean, limit?: number): Promise<unknown>
  metadata(target: string): Promise<unknown>
  query(from: string, to: string, points: number): Query<Record<string, { data: Point[] }>>
  analyze(from: string, to: string): Query<Record<string, Record<string, number>>>
  timeline(from: string, to: string, points: number): Query<Record<string, { mode: string; aggregates: object[] }>>
}

interface Query<Result> {
  target(metric: string, functions?: string[], window?: string): Query<Result>
  metric(metric: string): Query<Result>
  run(): Promise<Result>
}

const MetricQHistoric = createRequire(import.meta.url)("@metricq/history") as new (url: string) => HistoryOfNpm

const beginMs = Date.UTC(2026, 10, 20, 6)
const from = new Date(beginMs).toISOString()
const to = new Date(beginMs + 10_000).toISOString()

async function prepare(net: TestNetwork): Promise<void> {
  await net.source("source-t", { metrics: { "lab.power": { unit: "W" }, "lab.none": {} } })
  await net.configure("db-t", { metrics: ["lab.power"] })
  const db = await net.connect(new TestDb(net.clientOptions("db-t")))
  for (let i = 0; i < 100; i++) db.put("lab.power", BigInt(beginMs + i * 100) * 1_000_000n, i)
}

test("@metricq/history of npm works, also where its address ends with a slash", async (t) => {
  const web = await WebUnderTest.start(t, prepare, { prefix: "/metricq/" })
  for (const url of [web.url("grafana"), web.url("grafana/")]) {
    const history = new MetricQHistoric(url)
    expect(await history.search("power")).toEqual(["lab.power"])
    expect(await history.search("lab", true)).toMatchObject({ "lab.power": { unit: "W" } })
    expect(await history.metadata("lab.power")).toMatchObject({ unit: "W", historic: true })
    await expect(history.metadata("no.such")).rejects.toThrow("404")

    const series = await history.query(from, to, 10).target("lab.power").target("no.such").run()
    expect(Object.keys(series)).toEqual(["lab.power/max", "lab.power/avg", "lab.power/min"])
    expect(series["lab.power/max"]!.data.map(({ time, value }) => [time.valueOf() - beginMs, value])).toEqual([
      [0, 19],
      [2000, 39],
      [4000, 59],
      [6000, 79],
      [8000, 99],
    ])
    expect(await history.analyze(from, to).target("lab.power").run()).toMatchObject({
      "lab.power": { minimum: 0, maximum: 99, count: 100, mean_sum: 49.5 },
    })
    const { "lab.power": timeline } = await history.timeline(from, to, 10).metric("lab.power").run()
    expect(timeline).toMatchObject({ mode: "aggregates", aggregates: { length: 5, 0: { maximum: 19, count: 20 } } })
  }
})

test("@metricq/history of npm gets errors, unknown names and ranges without points as from the original", async (t) => {
  const web = await WebUnderTest.start(t, prepare)
  const history = new MetricQHistoric(web.url("grafana"))
  expect(await history.search("nothing")).toEqual([])
  expect(await history.search("nothing", true)).toEqual([])
  await expect(history.metadata("lab.none")).rejects.toThrow("404")

  const [before, after] = [new Date(beginMs - 60_000).toISOString(), new Date(beginMs - 50_000).toISOString()]
  const nothing = await history.query(before, after, 10).target("lab.power", ["min", "max"]).run()
  expect(Object.entries(nothing).map(([name, { data }]) => [name, data.length])).toEqual([
    ["lab.power/max", 0],
    ["lab.power/min", 0],
  ])
  expect(await history.query(from, to, 10).target("no.such").run()).toEqual({})
  expect(Object.keys(await history.query(from, to, 10).target("lab.(power|none)", ["avg"]).run())).toEqual([
    "lab.power/avg",
  ])
  await expect(history.query(from, to, 10).target("lab.power", ["median"]).run()).rejects.toThrow("400")
  await expect(history.query(from, to, 10).target("lab.power", ["sma"], "soon").run()).rejects.toThrow("400")
  const smooth = await history.query(from, to, 10).target("lab.power", ["sma"], "2s").run()
  expect(Object.keys(smooth)).toEqual(["lab.power/sma"])

  expect(await history.analyze(before, after).target("lab.power").run()).toMatchObject({ "lab.power": { count: 0 } })
  expect(await history.analyze(from, to).target("no.such").run()).toEqual({})
  expect(await history.timeline(before, after, 10).metric("lab.power").run()).toMatchObject({
    "lab.power": { mode: "empty" },
  })
})
