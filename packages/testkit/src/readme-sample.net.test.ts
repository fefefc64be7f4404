// The sample at the top of README.md; readme.test.ts sees to it that both say the same.
import { Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { describeOnBrokers } from "./describe-on-brokers.js"
import { startNetwork } from "./start-network.js"

describeOnBrokers("a source", (kind) => {
  test("gets its sample through, though the connection was lost", async (t) => {
    const net = await startNetwork(t, { kind })
    const source = await net.source("source-test", { metrics: { "test.a": { rate: 1 } } })
    const sink = await net.sink("sink-test", ["test.a"], { keep: "1min" })

    net.broker.proxy.cut()
    await source.send("test.a", Timestamp.fromNs(1_000_000_000n), 42)

    expect(await sink.next()).toEqual(["test.a", Timestamp.fromNs(1_000_000_000n), 42])
  })
})
