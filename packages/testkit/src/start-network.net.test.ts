import { RPCError, Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { describeOnBrokers } from "./describe-on-brokers.js"
import { startNetwork } from "./start-network.js"

const at = (ns: number) => Timestamp.fromNs(BigInt(ns))

describeOnBrokers("a test's network", (kind) => {
  test("carries a point from a source to a sink", async (t) => {
    const net = await startNetwork(t, { kind })
    const source = await net.source("source-test", { metrics: { "test.a": { unit: "W" }, "test.b": {} } })
    const sink = await net.sink("sink-test", ["test.a", "test.b"])
    await source.send("test.a", at(1), 42)
    await source.send("test.b", at(2), Number.NaN)
    expect(await sink.take(2)).toEqual([
      ["test.a", at(1), 42],
      ["test.b", at(2), Number.NaN],
    ])
    expect(sink.pending).toBe(0)
  })

  test("has an administrator, and others who are none", async (t) => {
    const net = await startNetwork(t, { kind })
    await net.configure("source-test", { rate: 5 })
    const admin = await net.adminClient()
    expect(await admin.rpc("config.get", { token: "source-test" })).toMatchObject({
      config: { rate: 5 },
      author: net.admin.name,
    })
    const stranger = await net.client("stranger")
    await expect(stranger.rpc("config.get", { token: "source-test" })).rejects.toBeInstanceOf(RPCError)
  })

  test("can keep its data in a vhost apart", async (t) => {
    const net = await startNetwork(t, { kind, dataVhost: true })
    const source = await net.source("source-test", { metrics: { "test.a": {} } })
    const sink = await net.sink("sink-test", ["test.a"])
    await source.send("test.a", at(1), 1)
    expect(await sink.next()).toEqual(["test.a", at(1), 1])
  })

  test("its manager can go and come back", async (t) => {
    const net = await startNetwork(t, { kind })
    const client = await net.client("client-test")
    await net.stopManager()
    const waiting = client.getMetrics({ prefix: "x." })
    await net.startManager()
    expect(await waiting).toEqual({})
  })

  test("its broker can be killed and come back; agents find it again", async (t) => {
    const net = await startNetwork(t, { kind })
    const source = await net.source("source-test", { metrics: { "test.a": {} } })
    const sink = await net.sink("sink-test", ["test.a"])
    await net.broker.kill()
    await net.broker.start()
    let time = 0
    const sending = setInterval(() => void source.send("test.a", at(++time), time), 50)
    t.onTestFinished(() => clearInterval(sending))
    expect((await sink.next())[0]).toBe("test.a")
  })
})
