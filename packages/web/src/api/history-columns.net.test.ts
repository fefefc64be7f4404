import type { TestDb, TestNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"
import { readColumns } from "../testing/read-columns.js"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

const secondNs = 1_000_000_000n
/** A full hour, so that rows of ten seconds begin with points. */
const beginNs = 1_795_176_000n * secondNs

async function setUp(t: Scope) {
  let db: TestDb | undefined
  const web = await WebUnderTest.start(t as never, async (net: TestNetwork) => {
    db = await net.database("db-t", ["t.a", "t.long"])
    await net.source("source-t", { metrics: { "t.a": {}, "t.long": {}, "t.unstored": {} } })
  })
  for (let i = 0; i < 100; i++) db!.put("t.a", beginNs + BigInt(i) * secondNs, i === 3 ? Number.NaN : i)
  const ask = (body: object, accept = "application/vnd.metricq.columns") =>
    fetch(web.url("api/v1/history"), {
      ...{ method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", accept } },
    })
  return { web, db: db!, ask }
}

const range = { from: String(beginNs), to: String(beginNs + 100n * secondNs) }

test("points and aggregates are columns of doubles, and what fails is told in its place", async (t) => {
  const { ask } = await setUp(t)
  const raw = await ask({ metrics: ["t.unstored", "t.a"], raw: true, ...range })
  expect(raw.headers.get("content-type")).toBe("application/vnd.metricq.columns")
  const { metrics, isComplete } = readColumns(await raw.arrayBuffer())
  expect(isComplete).toBe(true)
  expect(metrics[0]).toMatchObject({ metric: "t.unstored", times: [], error: { code: "not-stored" } })
  expect(metrics[1]!.times).toEqual(Array.from({ length: 100 }, (_, i) => beginNs + BigInt(i) * secondNs))
  expect(metrics[1]!.columns).toEqual([Array.from({ length: 100 }, (_, i) => (i === 3 ? Number.NaN : i))])

  const coarse = await ask({ metrics: ["t.a"], points: 10, ...range }, "application/octet-stream")
  const aggregates = readColumns(await coarse.arrayBuffer()).metrics[0]!
  expect(aggregates.times[1]).toBe(beginNs + 10n * secondNs)
  expect(aggregates.columns.map((column) => column[1])).toEqual([10, 14.5, 19, 145, 10, 145, 10])
})

test("the same as JSON, for who does not ask for columns", async (t) => {
  const { ask } = await setUp(t)
  const answer = await ask({ metrics: ["t.a"], points: 10, ...range }, "*/*")
  expect(((await answer.json()) as { "t.a": { min: number[] } })["t.a"].min[1]).toBe(10)
})

test("more points than JSON may have are streamed", { timeout: 60_000 }, async (t) => {
  const { db, ask } = await setUp(t)
  const count = 700_000
  for (let from = 0; from < count; from += 10_000) {
    const times = BigInt64Array.from({ length: 10_000 }, (_, i) => beginNs + BigInt(from + i) * 1000n)
    db.onChunk("t.long", { times, values: Float64Array.from({ length: 10_000 }, (_, i) => from + i) })
  }
  const { metrics, isComplete } = readColumns(
    await (await ask({ metrics: ["t.long"], raw: true, ...range })).arrayBuffer(),
  )
  expect(isComplete).toBe(true)
  const [values] = metrics[0]!.columns
  expect(values!.length).toBe(count)
  expect(values!.every((value, i) => value === i)).toBe(true)
  const json = await ask({ metrics: ["t.long"], raw: true, ...range }, "application/json")
  expect(await json.json()).toMatchObject({ "t.long": { error: { code: "too-large" } } })
})

test("a request that makes no sense is answered as JSON", async (t) => {
  const { ask } = await setUp(t)
  const answer = await ask({ metrics: ["t.a"], from: "now", to: "now-1h" })
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "range" } }])
})

test("who leaves ends the reading", async (t) => {
  const { db, ask, web } = await setUp(t)
  for (let from = 0; from < 700_000; from += 10_000) {
    const times = BigInt64Array.from({ length: 10_000 }, (_, i) => beginNs + BigInt(from + i) * 1000n)
    db.onChunk("t.long", { times, values: new Float64Array(10_000) })
  }
  const answer = await ask({ metrics: ["t.long"], raw: true, ...range })
  await answer.body!.cancel()
  const pending = async () =>
    /metricq_web_history_pending (\d+)/.exec(await (await fetch(web.url("metrics"))).text())?.[1]
  await expect.poll(pending, { timeout: 10_000 }).toBe("0")
})
