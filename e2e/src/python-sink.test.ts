import { Drain, Subscriber, Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { describeWithPython } from "./python.js"
import { PythonAgent } from "./python-agent.js"
import { UpNetwork } from "./up-network.js"

const epochNs = 1_600_000_000_000_000_001n
const at = (index: number) => Timestamp.fromNs(epochNs + BigInt(index))

describeWithPython("receiving with the original client", () => {
  test("its sink gets the points of our source to the nanosecond, and metadata with its subscription", async (t) => {
    const net = await UpNetwork.start(t)
    const source = await net.source("source-ts", { metrics: { "ts.power": { unit: "W", rate: 1 } } })
    const sink = PythonAgent.start(t, "sink", {
      server: net.url,
      token: "sink-py",
      options: { metrics: ["ts.power", "ts.unknown"] },
    })
    const { response } = await sink.next("subscribed")
    expect(response).toMatchObject({ metrics: { "ts.power": { unit: "W", source: "source-ts" }, "ts.unknown": null } })
    const values = [1.5, Number.NaN, Number.POSITIVE_INFINITY, -0.1]
    for (const [index, value] of values.entries()) await source.send("ts.power", at(index), value)
    for (const [index, value] of values.entries()) {
      expect(await sink.nextPoint()).toEqual(["ts.power", epochNs + BigInt(index), value])
    }
    expect(await sink.stop()).toBe(0)
  })

  test("its sink subscribes more, with the same lifetime of its queue or none, and unsubscribes", async (t) => {
    const net = await UpNetwork.start(t)
    const source = await net.source("source-ts", { metrics: { "ts.a": {}, "ts.b": {} } })
    const options = { metrics: ["ts.a"], expires: 60, metadata: false }
    const sink = PythonAgent.start(t, "sink", { server: net.url, token: "sink-py", options })
    expect((await sink.next("subscribed")).response).toMatchObject({ metrics: ["ts.a"] })
    // The original's manager refuses this one, as it comes without `expires`; ours leaves the queue as it is.
    sink.tell({ subscribe: ["ts.b"] })
    await sink.next("subscribed")
    await source.send("ts.b", at(0), 1)
    expect(await sink.nextPoint()).toEqual(["ts.b", epochNs, 1])
    sink.tell({ unsubscribe: ["ts.b"] })
    await sink.next("unsubscribed")
    await source.send("ts.b", at(1), 2)
    await source.send("ts.a", at(2), 3)
    expect(await sink.nextPoint()).toEqual(["ts.a", epochNs + 2n, 3])
  })

  test("its sink takes a whole name space by a wildcard", async (t) => {
    const net = await UpNetwork.start(t)
    const source = await net.source("source-ts", {
      metrics: { "lab.a.power": {}, "lab.b.c.power": {}, "other.power": {} },
    })
    const sink = PythonAgent.start(t, "sink", { server: net.url, token: "sink-py", options: { metrics: ["lab.#"] } })
    expect((await sink.next("subscribed")).response).toMatchObject({ metrics: { "lab.#": null } })
    await source.send("other.power", at(0), 0)
    await source.send("lab.b.c.power", at(1), 1)
    await source.send("lab.a.power", at(2), 2)
    expect([await sink.nextPoint(), await sink.nextPoint()]).toEqual([
      ["lab.b.c.power", epochNs + 1n, 1],
      ["lab.a.power", epochNs + 2n, 2],
    ])
  })

  test("its durable sink gets its configuration and what that names", async (t) => {
    const net = await UpNetwork.start(t)
    const source = await net.source("source-ts", { metrics: { "ts.a": {} } })
    await net.configure("sink-py", { metrics: ["ts.a"] })
    const sink = PythonAgent.start(t, "durable_sink", { server: net.url, token: "sink-py" })
    await sink.next("config")
    await source.send("ts.a", at(0), 4)
    expect(await sink.nextPoint()).toEqual(["ts.a", epochNs, 4])
  })

  test.for([false, true])(
    "its subscriber's queue keeps what its drain fetches later (collect_data: %s)",
    async (collect, t) => {
      const net = await UpNetwork.start(t)
      const source = await net.source("source-ts", { metrics: { "ts.a": { unit: "W" } } })
      const options = { metrics: ["ts.a"], expires: 60, collect }
      const subscriber = PythonAgent.start(t, "subscriber", { server: net.url, token: "subscriber-py", options })
      const { metadata } = await subscriber.next("subscribed")
      expect(metadata).toMatchObject({ "ts.a": { unit: "W" } })
      for (let index = 0; index < 5; index++) await source.send("ts.a", at(index), index)
      await source.flush()
      subscriber.tell({ drain: true })
      for (let index = 0; index < 5; index++) {
        expect(await subscriber.nextPoint()).toEqual(["ts.a", epochNs + BigInt(index), index])
      }
      await subscriber.next("drained")
      expect(await subscriber.ended()).toBe(0)
    },
  )

  test("its drain empties the queue of our subscriber", async (t) => {
    const net = await UpNetwork.start(t)
    const source = await net.source("source-ts", { metrics: { "ts.a": {} } })
    const subscriber = new Subscriber({ ...net.clientOptions("subscriber-ts"), metrics: ["ts.a"], expires: 60 })
    await subscriber.connect()
    await source.send("ts.a", at(0), 7)
    await source.flush()
    const options = { metrics: ["ts.a"], queue: subscriber.queue }
    const drain = PythonAgent.start(t, "subscriber", { server: net.url, token: "drain-py", options })
    expect(await drain.nextPoint()).toEqual(["ts.a", epochNs, 7])
    await drain.next("drained")
  })

  test("our drain empties the queue of its subscriber", async (t) => {
    const net = await UpNetwork.start(t)
    const source = await net.source("source-ts", { metrics: { "ts.a": {} } })
    const options = { metrics: ["ts.a"], expires: 60 }
    const subscriber = PythonAgent.start(t, "subscriber", { server: net.url, token: "subscriber-py", options })
    const { queue } = await subscriber.next("subscribed")
    await source.send("ts.a", at(0), 8)
    await source.flush()
    const drain = new Drain({ ...net.clientOptions("drain-ts"), queue: queue as string, metrics: ["ts.a"] })
    const points = []
    for await (const point of drain) points.push([...point])
    expect(points).toEqual([["ts.a", at(0), 8]])
  })
})
