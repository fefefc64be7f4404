import { once } from "node:events"
import { get, type IncomingMessage } from "node:http"
import { silentLogger, Timestamp } from "@metricq/client"
import type { TestDb, TestNetwork, TestSource } from "@metricq/testkit"
import { expect, test } from "vitest"
import { LiveClient } from "../testing/live-client.js"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

/** Waits as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 })

type Row = [time: string, minimum: number, mean: number, maximum: number, count: number]

async function setUp(t: Scope) {
  let source: TestSource | undefined
  let db: TestDb | undefined
  const prepare = async (net: TestNetwork) => {
    db = await net.database("db-t", ["t.a", "t.b"])
    source = await net.source("source-t", { metrics: { "t.a": { rate: 1000 }, "t.b": {}, "t.unstored": {} } })
  }
  const web = await WebUnderTest.start(t as never, prepare, { logger: silentLogger })
  return { web, source: source!, db: db! }
}

/** Sends 0, 1, 2, … a thousand times a second, a chunk of 10 at a time, until it is stopped. */
function sendThousandHz(t: Scope, source: TestSource, metric: string) {
  const beginNs = Timestamp.now().posixNs
  let next = 0
  const timer = setInterval(() => {
    const due = Math.floor(Number(Timestamp.now().posixNs - beginNs) / 1e6)
    while (next + 10 <= due) {
      const from = next
      next += 10
      const times = BigInt64Array.from({ length: 10 }, (_, i) => beginNs + BigInt(from + i) * 1_000_000n)
      void source.sendChunk(metric, { times, values: Float64Array.from({ length: 10 }, (_, i) => from + i) })
    }
  }, 10)
  t.onTestFinished(() => clearInterval(timer))
  return {
    get sent() {
      return next
    },
    stop: () => clearInterval(timer),
  }
}

test("a viewer that drops again and again gets each point of a thousand a second once, in order", {
  timeout: 60_000,
}, async (t) => {
  const { web, source } = await setUp(t)
  const values: number[] = []
  let since: string | undefined
  let viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.a"] })
  await eventually(() => viewer.of("metrics", "t.a").length).toBe(1)
  const sending = sendThousandHz(t, source, "t.a")
  const take = () => {
    for (const [time, value] of viewer.of<[string, number]>("points", "t.a")) {
      since = time
      values.push(value)
    }
    viewer.messages.splice(0)
  }
  for (let drop = 1; drop <= 5; drop++) {
    await eventually(() => viewer.of("points", "t.a").length).toBeGreaterThan(150 * drop)
    viewer.socket.terminate()
    take()
    const before = sending.sent
    await eventually(() => sending.sent).toBeGreaterThan(before + 200)
    viewer = await LiveClient.open(t, web.url("api/v1/live"))
    viewer.send({ subscribe: ["t.a"], since })
  }
  sending.stop()
  await eventually(() => {
    take()
    return values.length
  }).toBe(sending.sent)
  expect(values).toEqual(Array.from({ length: sending.sent }, (_, i) => i))
})

test("a browser that comes back to a stream of events goes on where it was", { timeout: 60_000 }, async (t) => {
  const { web, source, db } = await setUp(t)
  const open = async (id?: string) => {
    const headers = id === undefined ? {} : { "last-event-id": id }
    const request = get(web.url("api/v1/live?metric=t.a&metric=t.b"), { headers })
    t.onTestFinished(() => void request.destroy())
    const [response] = (await once(request, "response")) as [IncomingMessage]
    const stream = { text: "", close: () => request.destroy() }
    response.on("error", () => {})
    response.on("data", (data) => {
      stream.text += data
    })
    return stream
  }
  const at = (second: number) =>
    (Timestamp.now().posixNs / 1_000_000_000n) * 1_000_000_000n + BigInt(second) * 1_000_000_000n
  const [t1, t2, t3] = [at(-3), at(-2), at(-1)]
  db.put("t.b", t1, 1)
  const first = await open()
  await eventually(() => first.text).toContain('"last":')
  await source.send("t.a", Timestamp.fromNs(t2), 2)
  await eventually(() => first.text).toContain(`"points":{"t.a":[["${t2}",2]]}`)
  const id = [...first.text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1]
  first.close()
  await source.send("t.a", Timestamp.fromNs(t3), 3)
  await source.send("t.b", Timestamp.fromNs(t3), 4)
  await eventually(() => [db.stored("t.a"), db.stored("t.b")]).toEqual([2, 2])
  const second = await open(id)
  const points = () => [...second.text.matchAll(/"points":(\{.*?\]\]\})/g)].map(([, json]) => JSON.parse(json!))
  await eventually(() => Object.assign({}, ...points())).toEqual({ "t.a": [[String(t3), 3]], "t.b": [[String(t3), 4]] })
  expect(second.text).not.toContain('"last"')
})

test("too many missed points become rows that have all of them, and points go on after", {
  timeout: 60_000,
}, async (t) => {
  const { web, source, db } = await setUp(t)
  const nowNs = Timestamp.now().posixNs
  const count = 150_000
  const chunk = 10_000
  for (let from = 0; from < count; from += chunk) {
    const times = BigInt64Array.from({ length: chunk }, (_, i) => nowNs - BigInt(count - from - i) * 1_000_000n)
    db.onChunk("t.a", { times, values: Float64Array.from({ length: chunk }, (_, i) => from + i) })
  }
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.a"], since: String(nowNs - BigInt(count) * 1_000_000n) })
  const sum = () => {
    const rows = viewer.of<Row>("rows", "t.a")
    return rows.reduce((total, [, , , , n]) => total + n, 0) + viewer.of("points", "t.a").length
  }
  await eventually(sum).toBe(count - 1)
  const rows = viewer.of<Row>("rows", "t.a")
  expect(rows.length).toBeLessThan(3000)
  expect(rows[0]!.slice(0, 2)).toEqual([String(nowNs - BigInt(count) * 1_000_000n + 1n), 1])
  const singles = viewer.of<[string, number]>("points", "t.a").map(([, value]) => value)
  expect(Math.max(...singles, ...rows.map(([, , , maximum]) => maximum))).toBe(count - 1)
  await source.send("t.a", Timestamp.fromNs(nowNs + 1n), -1)
  await eventually(sum).toBe(count)
  expect(viewer.messages.some(({ dropped }) => dropped !== undefined)).toBe(true)
})

test("with an interval rows go on after the last that came", async (t) => {
  const { web, source, db } = await setUp(t)
  const secondNs = 1_000_000_000n
  const beginNs = (Timestamp.now().posixNs / secondNs - 10n) * secondNs
  for (let i = 0; i < 8; i++) db.put("t.b", beginNs + BigInt(i) * (secondNs / 2n), i)
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.b"], interval: 1000, since: { "t.b": String(beginNs) } })
  const row = (second: number, ...values: number[]) => [String(beginNs + BigInt(second) * secondNs), ...values]
  await eventually(() => viewer.of("rows", "t.b")).toEqual([
    row(1, 2, 2.5, 3, 2),
    row(2, 4, 4.5, 5, 2),
    row(3, 6, 6.5, 7, 2),
  ])
  await source.send("t.b", Timestamp.fromNs(beginNs + 4n * secondNs), 9)
  await source.send("t.b", Timestamp.fromNs(beginNs + 5n * secondNs), 9)
  await eventually(() => viewer.of("rows", "t.b").length).toBe(5)
})

test("what cannot be had is told, and live values come", async (t) => {
  const { web, source } = await setUp(t)
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.unstored"], since: "now-1h" })
  await eventually(() => viewer.of("skipped", "t.unstored").length).toBe(1)
  expect(viewer.of("skipped", "t.unstored")).toMatchObject([[{ to: null, reason: "not-stored" }]])
  await source.send("t.unstored", Timestamp.now(), 7)
  await eventually(() => viewer.of("points", "t.unstored")).toMatchObject([[expect.any(String), 7]])
  viewer.send({ subscribe: ["t.a"], since: "now-30d" })
  await eventually(() => viewer.messages.some(({ skipped }) => JSON.stringify(skipped)?.includes("too-long"))).toBe(
    true,
  )
  viewer.send({ subscribe: ["t.b"], since: "soon" })
  await eventually(() => viewer.messages.some(({ error }) => (error as { code: string })?.code === "time")).toBe(true)
})
