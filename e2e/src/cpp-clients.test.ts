import { Timestamp } from "@metricq/client"
import type { TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import { describeWithBuilt } from "./built-clients.js"
import { Program } from "./program.js"
import { UpNetwork } from "./up-network.js"

const epochNs = 1_600_000_000_000_000_001n
const at = (index: number) => Timestamp.fromNs(epochNs + BigInt(index) * 1_000_000n)

/** The examples and tools of metricq-cpp, unmodified, in a network of `metricq up`. */
describeWithBuilt("C++", (folder) => {
  function start(t: TestScope, net: UpNetwork, path: string, ...args: string[]): Program {
    const server = net.url.replace("//", "//guest:guest@")
    return Program.start(t, `${folder}/${path}`, ["--server", server, ...args], { cwd: net.folder })
  }

  const source = (t: TestScope, net: UpNetwork, ...args: string[]) =>
    start(t, net, "examples/metricq-source-dummy/metricq-source-dummy", "--metric", "cpp.dummy", ...args)

  test("its source gets a configuration and declares; its points arrive at our sink and are stored", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-dummy", { note: "read and not used" })
    const sink = await net.sink("sink-ts", ["cpp.dummy"])
    const program = source(t, net, "--interval", "50ms", "--messages-per-chunk", "7")
    const points = await sink.take(70)
    expect(points.slice(0, 7).map(([, , value]) => value)).toEqual(
      Array.from({ length: 7 }, (_, i) => expect.closeTo(Math.sin((2 * Math.PI * (i / 7)) / 50), 12)),
    )
    const client = await net.client("client-ts")
    expect(await client.getMetrics({ selector: ["cpp.dummy"], metadata: true })).toMatchObject({
      "cpp.dummy": { unit: "kittens", color: "pink", paws: 4, rate: 140, source: "source-dummy" },
    })
    const history = await net.history("history-ts")
    await expect.poll(async () => (await history.historyAggregate("cpp.dummy")).count).toBeGreaterThan(70)
    const { times, values } = await history.historyRawTimeline("cpp.dummy")
    const stored = [...times].map((time, i): [bigint, number] => [time, values[i]!])
    for (const [, time, value] of points) expect(stored).toContainEqual([time.posixNs, value])
    expect(await program.interrupt()).toBe(0)
  })

  test("its sink takes the chunks of our source", async (t) => {
    const net = await UpNetwork.start(t)
    const ours = await net.source("source-ts", { metrics: { "ts.a": { unit: "W" }, "ts.b": {} } })
    const program = start(
      ...([t, net, "examples/metricq-sink-dummy/metricq-sink-dummy"] as const),
      ...["--verbose", "--metrics", "ts.a", "--metrics", "ts.b", "--count", "20"],
    )
    await program.line(/DummySink data channel is ready/, "any")
    for (let i = 0; i < 20; i++) await ours.send(i % 2 ? "ts.b" : "ts.a", at(i), i / 4)
    expect(await program.exit()).toBe(0)
    expect(program.printed).toMatch(/Received data for metric ts\.b: .*4\.75/)
  })

  test("its history client reads rows and points of what we have stored", async (t) => {
    const net = await UpNetwork.start(t)
    const ours = await net.source("source-ts", { metrics: { "ts.slow": { rate: 1 }, "ts.fast": { rate: 100 } } })
    const beginNs = Timestamp.now().posixNs - 60_000_000_000n
    for (let i = 0; i < 5; i++)
      await ours.send("ts.slow", Timestamp.fromNs(beginNs + BigInt(i) * 12_000_000_000n), i + 0.5)
    for (let i = 0; i < 5000; i++) await ours.send("ts.fast", Timestamp.fromNs(beginNs + BigInt(i) * 10_000_000n), i)
    await ours.flush()
    const history = await net.history("history-ts")
    await expect.poll(async () => (await history.historyLastValue("ts.fast"))?.value).toBe(4999)
    await expect.poll(async () => (await history.historyLastValue("ts.slow"))?.value).toBe(4.5)
    const asked = (metric: string) =>
      start(t, net, "examples/metricq-history-dummy/metricq-history-dummy", "--metrics", metric)
    const points = asked("ts.slow")
    expect(await points.exit()).toBe(0)
    expect(points.printed).toMatch(/HistoryResponseValue for metric: ts\.slow[\s\S]*: 0\.5\n[\s\S]*: 4\.5\n/)
    const rows = asked("ts.fast")
    expect(await rows.exit()).toBe(0)
    expect(rows.printed).toMatch(/HistoryResponseAggregate for metric: ts\.fast[\s\S]*\(.* - 4999\) @ \d+/)
    const nothing = asked("ts.unknown")
    await nothing.exit()
    expect(nothing.printed).toContain("nothing is stored of ts.unknown")
  })

  test("its transformer stands between our source and our sink", async (t) => {
    const net = await UpNetwork.start(t)
    const ours = await net.source("source-ts", { metrics: { "ts.power": {} } })
    await net.configure("transformer-cpp", {
      metrics: [{ input: "ts.power", output: "cpp.double", factor: 2 }],
    })
    const transformer = ["examples/metricq-transformer-dummy/metricq-transformer-dummy", "--verbose"] as const
    const program = start(t, net, ...transformer, "--token", "transformer-cpp")
    await program.line(/setting up data queue/, "any")
    const sink = await net.sink("sink-ts", ["cpp.double"])
    for (let i = 0; i < 5; i++) await ours.send("ts.power", at(i), i)
    const points = await sink.take(5)
    expect(points.map(([, time, value]) => [time.posixNs, value])).toEqual(
      [0, 2, 4, 6, 8].map((value, i) => [at(i).posixNs, value]),
    )
  })

  test("its summary of a command drains the queue it subscribed", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-dummy", {})
    source(t, net, "--interval", "20ms")
    await (await net.sink("sink-ts", ["cpp.dummy"])).take(1)
    const program = start(t, net, "tools/metricq-summary/metricq-summary", "--metrics", "cpp.dummy", "sleep", "1")
    expect(await program.exit()).toBe(0)
    const [, count] = await program.line(/^"cpp\.dummy",(\d+),/)
    expect(Number(count)).toBeGreaterThan(100)
  })

  test("its source answers discover", async (t) => {
    const net = await UpNetwork.start(t)
    await net.configure("source-dummy", {})
    const client = await net.client("client-ts")
    source(t, net)
    await (await net.sink("sink-ts", ["cpp.dummy"])).take(1)
    const found: unknown[] = []
    for await (const answer of client.discover()) found.push(answer)
    expect(found).toContainEqual(
      expect.objectContaining({
        response: expect.objectContaining({ metricqVersion: expect.stringMatching(/^metricq-cpp\//) }),
      }),
    )
  })
})
