import { once } from "node:events"
import { get, type IncomingMessage } from "node:http"
import { silentLogger, Timestamp } from "@metricq/client"
import { TestDb, type TestNetwork, type TestSource } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebSocket } from "ws"
import { LiveClient } from "../testing/live-client.js"
import { WebUnderTest } from "../testing/web-under-test.js"

interface Scope {
  onTestFinished(end: () => unknown): void
}

/** Waits as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 })

const at = (ns: number) => Timestamp.fromNs(1_795_154_400_000_000_000n + BigInt(ns))

async function setUp(t: Scope) {
  let source: TestSource | undefined
  const prepare = async (net: TestNetwork) => {
    source = await net.source("source-t", { metrics: { "t.a": { unit: "W" }, "t.b": { unit: "V" } } })
    await net.configure("db-t", { metrics: ["t.a"] })
    const db = await net.connect(new TestDb(net.clientOptions("db-t")))
    db.put("t.a", at(-5).posixNs, 5)
  }
  const web = await WebUnderTest.start(t as never, prepare, { logger: silentLogger })
  return { web, net: web.net, source: source! }
}

test("a viewer gets metadata, the last stored value, and what comes", async (t) => {
  const { web, source } = await setUp(t)
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.a", "no.such"] })
  await eventually(() => Object.assign({}, ...viewer.messages.map(({ last }) => last))).toEqual({
    "t.a": [String(at(-5).posixNs), 5],
    "no.such": null,
  })
  expect(viewer.of("metrics", "t.a")).toMatchObject([{ unit: "W" }])
  expect(viewer.of("metrics", "no.such")).toEqual([null])
  await source.send("t.a", at(0), 1.5)
  await source.send("t.a", at(1), Number.NaN)
  await eventually(() => viewer.of("points", "t.a")).toEqual([
    [String(at(0).posixNs), 1.5],
    [String(at(1).posixNs), null],
  ])
})

test("with an interval there are rows, and after unsubscribing nothing", async (t) => {
  const { web, source } = await setUp(t)
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.a", "t.b"], interval: 1000 })
  await eventually(() => viewer.of("metrics", "t.b").length).toBe(1)
  for (const [ms, value] of [
    [100, 1],
    [200, 3],
    [999, 2],
    [1000, 9],
  ] as const)
    await source.send("t.a", at(ms * 1e6), value)
  await eventually(() => viewer.of("rows", "t.a")).toEqual([
    [String(at(0).posixNs), 1, 2, 3, 3],
    [String(at(1e9).posixNs), 9, 9, 9, 1],
  ])
  viewer.send({ unsubscribe: ["t.a"] })
  viewer.send({ subscribe: ["t.b"] })
  viewer.send({ nothing: true })
  await eventually(() => viewer.messages.some(({ error }) => error !== undefined)).toBe(true)
  await source.send("t.a", at(5e9), 1)
  await source.send("t.b", at(5e9), 7)
  await eventually(() => viewer.of("points", "t.b")).toEqual([[String(at(5e9).posixNs), 7]])
  expect(viewer.of("rows", "t.a").length).toBe(2)
})

test("what makes no sense is told, and the viewer stays", async (t) => {
  const { web } = await setUp(t)
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  const wrong = [
    "{bad",
    "[]",
    { subscribe: "t.a" },
    { subscribe: [5] },
    { subscribe: ["t.#"] },
    { subscribe: ["t.a"], interval: -1 },
    { subscribe: Array.from({ length: 2001 }, (_, i) => `t.m${i}`) },
  ]
  for (const message of wrong) viewer.send(message)
  await eventually(() => viewer.messages.length).toBe(wrong.length)
  expect(viewer.messages.map(({ error }) => (error as { code: string }).code)).toEqual([
    ...["message", "message", "message", "metric-name", "metric-name", "interval", "message"],
  ])
  viewer.send({ subscribe: ["t.a"] })
  await eventually(() => viewer.of("metrics", "t.a").length).toBe(1)
})

test("the same by server-sent events", async (t) => {
  const { web, source } = await setUp(t)
  const request = get(web.url("api/v1/live?metric=t.a&metric=t.b"))
  t.onTestFinished(() => void request.destroy())
  const [response] = (await once(request, "response")) as [IncomingMessage]
  expect(response.headers["content-type"]).toBe("text/event-stream; charset=utf-8")
  let text = ""
  response.on("data", (data) => {
    text += data
  })
  await eventually(() => text).toContain('"unit":"V"')
  await source.send("t.b", at(0), 4)
  await eventually(() => text).toContain(`"points":{"t.b":[["${at(0).posixNs}",4]]}}\n\n`)
  for (const path of ["api/v1/live", "api/v1/live?metric=%23", "api/v1/live?metric=t.a&interval=x"]) {
    expect((await fetch(web.url(path))).status).toBe(400)
  }
})

test("a viewer goes on after the broker was away", async (t) => {
  const { web, net, source } = await setUp(t)
  const viewer = await LiveClient.open(t, web.url("api/v1/live"))
  viewer.send({ subscribe: ["t.b"] })
  await eventually(() => viewer.of("metrics", "t.b").length).toBe(1)
  net.broker.proxy.cut()
  await source.send("t.b", at(1), 1)
  await eventually(() => viewer.of("points", "t.b")).toEqual([[String(at(1).posixNs), 1]])
  viewer.send({ subscribe: ["t.a"] })
  await eventually(() => viewer.of("metrics", "t.a").length).toBe(1)
  await source.send("t.a", at(2), 2)
  await eventually(() => viewer.of("points", "t.a")).toEqual([[String(at(2).posixNs), 2]])
})

test("another page cannot connect", async (t) => {
  const { web } = await setUp(t)
  const socket = new WebSocket(web.url("api/v1/live").replace("http", "ws"), { origin: "http://evil.example" })
  const [error] = await once(socket, "error")
  expect(String(error)).toContain("403")
})
