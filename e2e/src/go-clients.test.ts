import { Timestamp } from "@metricq/client"
import type { TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import { describeWithBuilt } from "./built-clients.js"
import { Program } from "./program.js"
import { UpNetwork } from "./up-network.js"

const METRIC = "go.dummy.source"

/** The examples of metricq-go, unmodified, in a network of `metricq up`. */
describeWithBuilt("Go", (folder) => {
  function start(t: TestScope, net: UpNetwork, name: string, ...args: string[]): Program {
    const server = net.url.replace("//", "//guest:guest@")
    return Program.start(t, `${folder}/${name}`, ["-server", server, ...args], { cwd: net.folder })
  }

  test("its source gets a configuration and declares; its points arrive at our sink", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-go-example", {})
    const sink = await net.sink("sink-ts", [METRIC])
    start(t, net, "source")
    const points = await sink.take(5)
    for (const [, time, value] of points) {
      expect(value).toBeCloseTo(Math.sin((2 * Math.PI * Number(time.posixNs % 10_000_000_000n)) / 1e10), 6)
    }
    const client = await net.client("client-ts")
    expect(await client.getMetrics({ selector: [METRIC], metadata: true })).toMatchObject({
      [METRIC]: { unit: "puppies", rate: 0.1, zebras: "yes please!", source: "source-go-example" },
    })
    const found: unknown[] = []
    for await (const answer of client.discover()) found.push(answer)
    expect(found).toContainEqual(
      expect.objectContaining({
        response: expect.objectContaining({ metricqVersion: expect.stringMatching(/^metricq-go\//) }),
      }),
    )
  })

  test("its sink takes the points of our source", async (t) => {
    const net = await UpNetwork.start(t)
    const ours = await net.source("source-ts", { metrics: { "ts.power": { unit: "W" } } })
    const sink = start(t, net, "sink", "-token", "sink-go", "-metric", "ts.power")
    await sink.line(/starting data consume/, "any")
    const time = Timestamp.fromIso8601("2026-11-26T00:00:00.123456789Z")
    await ours.send("ts.power", time, 1.5)
    const [line] = await sink.line(/received datapoint.*/, "any")
    expect(line).toContain("metric=ts.power value=1.5 timestamp=2026-11-26T00:00:00.123Z")
  })

  test("its history client reads the last value, an aggregate and a timeline of what we have stored", async (t) => {
    const net = await UpNetwork.start(t)
    const ours = await net.source("source-ts", { metrics: { "ts.power": { rate: 1 } } })
    const beginNs = Timestamp.now().posixNs - 60_000_000_000n
    for (let i = 0; i < 50; i++)
      await ours.send("ts.power", Timestamp.fromNs(beginNs + BigInt(i) * 1_000_000_000n), i / 2)
    await ours.flush()
    const history = await net.history("history-ts")
    await expect.poll(async () => (await history.historyLastValue("ts.power"))?.value).toBe(24.5)
    const answer = async (type: string) => {
      const program = start(t, net, "history", "-metric", "ts.power", "-request-type", type)
      expect(await program.exit()).toBe(0)
      return program.printed
    }
    expect(await answer("last")).toContain("value=24.5")
    expect(await answer("aggregate")).toMatch(/min=0 max=24\.5 count=50/)
    expect(await answer("flex")).toMatch(/values timeline.*count=50[\s\S]*first=0 last=24\.5/)
  })
})
