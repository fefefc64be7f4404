import { expect, test } from "vitest"
import { describeWithPython } from "./python.js"
import { PythonAgent } from "./python-agent.js"
import { UpNetwork } from "./up-network.js"

const epochNs = 1_600_000_000_000_000_001n // more digits than a double holds

describeWithPython("a source on the original client", () => {
  test("gets its configuration, and its points arrive at our sink to the nanosecond, NaN and infinity included", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-py", { metrics: { "py.power": { unit: "W", rate: 10 } }, note: "ü" })
    const agent = PythonAgent.start(t, "source", { server: net.url, token: "source-py" })
    const { config } = await agent.next("config")
    expect(config).toMatchObject({ metrics: { "py.power": { unit: "W" } }, note: "ü", _id: "source-py" })
    expect(config).toHaveProperty("_rev")
    await agent.next("ready")
    const sink = await net.sink("sink-ts", ["py.power"])
    const values = ["1.5", "nan", "inf", "-inf", "-0.1"]
    for (const [index, value] of values.entries()) {
      agent.tell({ metric: "py.power", time: String(epochNs + BigInt(index)), value })
    }
    const points = await sink.take(values.length)
    expect(points.map(([metric, time, value]) => [metric, time.posixNs - epochNs, value])).toEqual([
      ["py.power", 0n, 1.5],
      ["py.power", 1n, Number.NaN],
      ["py.power", 2n, Number.POSITIVE_INFINITY],
      ["py.power", 3n, Number.NEGATIVE_INFINITY],
      ["py.power", 4n, -0.1],
    ])
    expect(await agent.stop()).toBe(0)
  })

  test("declares metadata that our client finds, with the size of its chunks", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-py", {
      chunkSize: 10,
      metrics: { "py.a": { unit: "V", quantity: "voltage" }, "py.b": {} },
    })
    const agent = PythonAgent.start(t, "source", { server: net.url, token: "source-py" })
    await agent.next("ready")
    const client = await net.client("client-ts")
    const found = await client.getMetrics({ prefix: "py.", metadata: true })
    expect(found).toMatchObject({
      "py.a": { unit: "V", quantity: "voltage", source: "source-py", chunkSize: 10 },
      "py.b": { source: "source-py", chunkSize: 10 },
    })
    agent.tell({ declare: { "py.a": { unit: "mV" } } })
    await agent.next("declared")
    expect(await client.getMetrics({ selector: ["py.a"], metadata: true })).toMatchObject({
      "py.a": { unit: "mV", quantity: "voltage" },
    })
  })

  test("sends chunks when they are full or flushed, and our sink sees every point of them", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-py", { chunkSize: 4, metrics: { "py.a": {} } })
    const agent = PythonAgent.start(t, "source", { server: net.url, token: "source-py" })
    await agent.next("ready")
    const sink = await net.sink("sink-ts", ["py.a"])
    for (let index = 0; index < 6; index++) agent.tell({ metric: "py.a", time: String(epochNs), value: String(index) })
    agent.tell({ flush: true })
    await agent.next("flushed")
    const points = await sink.take(6)
    expect(points.map(([, , value]) => value)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test("runs at intervals", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-py", { metric: "py.counter", rate: 50 })
    const agent = PythonAgent.start(t, "interval_source", { server: net.url, token: "source-py" })
    await agent.next("config")
    const sink = await net.sink("sink-ts", ["py.counter"])
    const points = await sink.take(20)
    const first = points[0]?.[2] ?? 0
    expect(points.map(([, , value]) => value)).toEqual(points.map((_, index) => first + index))
    expect(await agent.stop()).toBe(0)
  })
})
