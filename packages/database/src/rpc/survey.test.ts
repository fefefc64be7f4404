import { type JsonObject, Timestamp } from "@metricq/client"
import { Timeline } from "@metricq/timeline"
import { expect, test } from "vitest"
import { databaseFolder } from "../testing/started-database.js"
import { surveyPage } from "./survey.js"

const nowNs = () => 1_795_669_261_000_000_000n

async function store(t: Parameters<typeof databaseFolder>[0], metrics: readonly string[]) {
  const timeline = await Timeline.open(await databaseFolder(t), {})
  t.onTestFinished(() => timeline.close())
  for (const metric of metrics) await append(timeline, metric, [1, 2])
  return timeline
}

async function append(timeline: Timeline, metric: string, values: readonly number[], endNs = nowNs()) {
  const times = BigInt64Array.from(values, (_, i) => endNs - BigInt(values.length - i) * 1_000_000_000n)
  await timeline.append(metric, { times, values: Float64Array.from(values) })
}

test("pages go through all metrics, whatever is added or deleted meanwhile", async (t) => {
  const timeline = await store(t, ["lab.c", "lab.a", "lab.d", "lab.b"])
  const first = await surveyPage(timeline, { limit: 2 }, nowNs)
  expect(Object.keys(first.metrics as JsonObject)).toEqual(["lab.c", "lab.a"])
  await timeline.delete("lab.a")
  await timeline.delete("lab.d")
  await append(timeline, "lab.aa", [1])
  const second = await surveyPage(timeline, { after: first.next as string, limit: 2 }, nowNs)
  expect(Object.keys(second.metrics as JsonObject)).toEqual(["lab.b", "lab.aa"])
  const third = await surveyPage(timeline, { after: second.next as string, limit: 2 }, nowNs)
  expect(third).toEqual({ now: String(nowNs()), metrics: {} })
})

test("a metric is told by its last point and those of the last minutes", async (t) => {
  const timeline = await store(t, [])
  await append(timeline, "lab.power", [5, Number.NaN, 7])
  await append(timeline, "lab.nothing", [Number.NaN, Number.NaN])
  const { metrics, now } = await surveyPage(timeline, { limit: 10 }, nowNs)
  const at = (seconds: number) => String(nowNs() - BigInt(seconds) * 1_000_000_000n)
  expect(Timestamp.fromNs(BigInt(now as string)).posixNs).toBe(nowNs())
  expect(metrics).toEqual({
    "lab.power": { time: at(1), since: at(3), count: 3, nan: 1, value: 7, min: 5, max: 7 },
    "lab.nothing": { time: at(1), since: at(2), count: 2, nan: 2, value: null },
  })
})

test("of what is no longer in memory the time is known", async (t) => {
  const timeline = await store(t, ["lab.old"])
  await timeline.checkpoint()
  const { metrics } = await surveyPage(timeline, { limit: 10 }, nowNs)
  expect(metrics).toEqual({ "lab.old": { time: String(nowNs() - 1_000_000_000n), count: 0 } })
})

test("a long survey lets others work in between", async (t) => {
  const metrics = Array.from({ length: 3000 }, (_, i) => ({ name: `lab.m${i}`, place: i + 1 }))
  const recent = {
    ...{ firstNs: 1n, lastNs: 2n, lastValue: 1, count: 1, gaps: 0, minimum: 1, maximum: 1 },
  }
  const spin = () => {
    const until = performance.now() + 0.02
    while (performance.now() < until);
    return recent
  }
  const info = (name: string) => ({
    name,
    firstNs: 1n,
    lastNs: 2n,
    points: 1,
    inMemory: 1,
    bytes: 0,
    parameters: {} as never,
  })
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  t.onTestFinished(() => clearInterval(timer))
  await surveyPage({ metricsBehind: () => metrics, info, recent: spin }, { limit: 3000 })
  expect(turns).toBeGreaterThan(5)
})
