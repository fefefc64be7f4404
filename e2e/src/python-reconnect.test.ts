import { Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { describeWithPython } from "./python.js"
import { PythonAgent } from "./python-agent.js"
import { UpNetwork } from "./up-network.js"

describeWithPython("the original client after the network was killed and started again", () => {
  test("its source and ours, its sink and ours find each other again", { timeout: 60_000 }, async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-py", { metric: "py.counter", rate: 20 })
    const theirSource = PythonAgent.start(t, "interval_source", { server: net.url, token: "source-py" })
    await theirSource.next("config")
    const ourSource = await net.source("source-ts", { metrics: { "ts.counter": {} } })
    let count = 0
    const sending = setInterval(() => void ourSource.send("ts.counter", Timestamp.now(), count++), 50)
    t.onTestFinished(() => clearInterval(sending))
    const metrics = ["py.counter", "ts.counter"]
    const theirSink = PythonAgent.start(t, "sink", { server: net.url, token: "sink-py", options: { metrics } })
    await theirSink.next("subscribed")
    const ourSink = await net.sink("sink-ts", metrics)
    const seen = async (next: () => Promise<[string, unknown, unknown]>) => {
      const missing = new Set(metrics)
      while (missing.size > 0) missing.delete((await next())[0])
    }
    await seen(() => theirSink.nextPoint())
    await seen(() => ourSink.next())

    await net.crashAndRestart()
    const restarted = Timestamp.now()
    // What was under way before must not count: only points measured after the restart.
    const after = async (next: () => Promise<[string, bigint, number]>) => {
      const missing = new Set(metrics)
      while (missing.size > 0) {
        const [metric, timeNs] = await next()
        if (timeNs > restarted.posixNs) missing.delete(metric)
      }
    }
    await after(() => theirSink.nextPoint())
    await after(async () => {
      const [metric, time, value] = await ourSink.next()
      return [metric, time.posixNs, value]
    })
    expect(await theirSource.stop()).toBe(0)
    expect(await theirSink.stop()).toBe(0)
  })
})
