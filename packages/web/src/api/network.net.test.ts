import { Timestamp } from "@metricq/client"
import type { TestNetwork } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

/** Two nodes are measured; a combinator adds them up, and halves the sum; a database keeps all of it. */
async function lab(net: TestNetwork): Promise<void> {
  await net.source("source-lab", {
    metrics: { "lab.a.power": { unit: "W", rate: 10 }, "lab.b.power": { unit: "W", rate: 10 }, "lab.door": {} },
  })
  await net.combinator("transformer-sum", {
    "lab.power": { expression: { operation: "sum", inputs: ["lab.a.power", "lab.b.power"] }, metadata: { rate: 20 } },
    "lab.half": { expression: { operation: "/", left: "lab.power", right: 2 } },
  })
  await net.database("db-lab", ["lab.a.power", "lab.power"])
}

test("tells who sends how much to whom", async (t) => {
  const web = await WebUnderTest.start(t, lab)
  const sink = await web.net.sink("sink-lab", ["lab.*.power", "lab.half"])
  const { body } = await web.get("api/v1/network?groups=true")
  const node = (id: string) => body.nodes.find((one: { id: string }) => one.id === id)
  expect(node("source-lab")).toMatchObject({
    role: "source",
    state: "up",
    metrics: 3,
    rate: 20,
    host: expect.any(String),
  })
  expect(node("transformer-sum")).toMatchObject({ role: "transformer", metrics: 2, rate: 20 })
  expect(node("db-lab")).toMatchObject({ role: "database", metrics: 0 })
  expect(node(sink.token)).toMatchObject({ role: "sink" })
  expect(node("manager")).toMatchObject({ role: "manager" })
  const edge = (from: string, to: string) => {
    const found = body.edges.find((one: { from: string; to: string }) => one.from === from && one.to === to)
    return found && [found.metrics, found.rate, found.unrated]
  }
  expect(edge("source-lab", "transformer-sum")).toEqual([2, 20, 0])
  expect(edge("source-lab", "db-lab")).toEqual([1, 10, 0])
  expect(edge("transformer-sum", "db-lab")).toEqual([1, 20, 0])
  expect(edge("transformer-sum", "transformer-sum")).toEqual([1, 20, 0])
  expect(edge("source-lab", sink.token)).toEqual([2, 20, 0])
  expect(edge("transformer-sum", sink.token)).toEqual([1, 0, 1])
  expect(body.groups).toContainEqual({
    ...{ id: "source-lab|lab.a.power", source: "source-lab", prefix: "lab.a.power", metrics: 1, rate: 10, unrated: 0 },
  })
  expect((await web.get("api/v1/network")).body.groups).toBeUndefined()

  await sink.stop()
  const isThere = async () => {
    const answer = await web.get("api/v1/network")
    return answer.body.nodes.some(({ id }: { id: string }) => id === sink.token)
  }
  await expect.poll(isThere, { timeout: 20_000, interval: 500 }).toBe(false)
})

test("lineage goes through the configuration of a combinator", async (t) => {
  const web = await WebUnderTest.start(t, lab)
  const { body } = await web.get("api/v1/network/lineage/lab.power?depth=2")
  const edges = body.edges.map(({ from, to }: { from: string; to: string }) => `${from} > ${to}`)
  expect(edges.sort()).toEqual([
    "c:source-lab@-3 > m:lab.a.power",
    "c:source-lab@-3 > m:lab.b.power",
    "c:transformer-sum@-1 > m:lab.power",
    "c:transformer-sum@1 > m:lab.half",
    "m:lab.a.power > c:transformer-sum@-1",
    "m:lab.b.power > c:transformer-sum@-1",
    "m:lab.power > c:db-lab@1",
    "m:lab.power > c:transformer-sum@1",
  ])
  expect(body.nodes.find(({ name }: { name: string }) => name === "lab.a.power")).toMatchObject({
    unit: "W",
    level: -2,
  })
  expect(await web.get("api/v1/network/lineage/lab.none")).toMatchObject({ status: 404 })
  expect(await web.get("api/v1/network/lineage/lab.power?depth=99")).toMatchObject({ status: 400 })
})

test("what a transformer of another kind makes is assumed from its subscriptions, or read from `primary`", async (t) => {
  const web = await WebUnderTest.start(t, async (net) => {
    await net.source("source-lab", { metrics: { "lab.a": {}, "lab.b": {} } })
    const other = await net.source("transformer-other", {
      metrics: { "other.any": {}, "other.mean": { primary: "lab.b" } as never },
    })
    await other.rpc("transformer.subscribe", { metrics: ["lab.*"] })
  })
  const of = async (metric: string) => (await web.get(`api/v1/network/lineage/${metric}`)).body.nodes
  const names = (nodes: { name: string; level: number }[], level: number) =>
    nodes.filter((node) => node.level === level).map(({ name }) => name)
  const any = await of("other.any")
  expect(names(any, -2)).toEqual(["lab.a", "lab.b"])
  expect(any.find(({ level }: { level: number }) => level === -1)).toMatchObject({ assumed: true })
  expect(names(await of("other.mean"), -2)).toEqual(["lab.b"])
  expect(names(await of("lab.a"), 2)).toEqual(["other.any"])
})

test("the combinator of the test kit works", async (t) => {
  const web = await WebUnderTest.start(t, lab)
  const sink = await web.net.sink("sink-lab", ["lab.power"])
  const source = await web.net.source("source-more", { metrics: { "lab.a.power": {}, "lab.b.power": {} } })
  void source.send("lab.a.power", Timestamp.fromNs(1_000_000_000n), 3)
  expect(await sink.next()).toMatchObject(["lab.power", {}, 3])
  void source.send("lab.b.power", Timestamp.fromNs(2_000_000_000n), 4)
  expect(await sink.next()).toMatchObject(["lab.power", {}, 7])
})

test("a user who is no administrator sees what is declared, and why there is no more", async (t) => {
  const web = await WebUnderTest.start(t, lab)
  const user = await web.net.broker.createUser("somebody", "secret")
  const plain = await WebUnderTest.join(t, web.net, { url: user.url })
  const { status, body } = await plain.get("api/v1/network")
  expect(status).toBe(200)
  expect(body).toMatchObject({ edges: [], trouble: expect.stringContaining("needs an administrator") })
  expect(body.nodes).toContainEqual(expect.objectContaining({ id: "source-lab", state: null, metrics: 3 }))
})
