import { silentLogger } from "@metricq/client"
import { describeOnBrokers, startNetwork, type TestSink } from "@metricq/testkit"
import { expect, type TestContext, test } from "vitest"
import { createAgent } from "../kit/create-agent.js"
import { sysinfo } from "./agent.js"

const token = "source-sysinfo"

/** A network with a running source-sysinfo. */
async function startSysinfo(t: TestContext, kind: Parameters<typeof startNetwork>[1]) {
  const net = await startNetwork(t, kind)
  await net.configure(token, { rate: 10, prefix: "lab.test", colour: "red" })
  const sink = await net.sink("sink-test", ["lab.test.cpu.usage", "lab.test.mem.total", "lab.other.load.avg1"])
  const warnings: string[] = []
  const agent = createAgent(sysinfo, {
    token,
    url: net.url,
    logger: { ...silentLogger, warn: (line) => warnings.push(line) },
  })
  t.onTestFinished(() => agent.stop())
  await agent.connect()
  return { net, sink, agent, warnings, client: await net.adminClient() }
}

/** The next point of a metric that is newer than what came so far. */
async function nextOf(sink: TestSink, metric: string): Promise<number> {
  await sink.take(sink.pending)
  for (;;) {
    const [name, , value] = await sink.next()
    if (name === metric) return value
  }
}

describeOnBrokers("source-sysinfo", (kind) => {
  test("declares what it measures, and sends it", async (t) => {
    const { sink, client, warnings } = await startSysinfo(t, { kind })
    expect(await nextOf(sink, "lab.test.cpu.usage")).toBeGreaterThanOrEqual(0)
    expect(await nextOf(sink, "lab.test.mem.total")).toBeGreaterThan(2 ** 24)
    const metrics = await client.getMetrics({ prefix: "lab.test." })
    expect(metrics["lab.test.mem.total"]).toMatchObject({
      unit: "B",
      rate: 10,
      description: "physical memory",
      source: token,
      chunkSize: 1,
    })
    expect(warnings).toEqual([`configuration of ${token}: colour: unknown key`])
  })

  test("answers a wrong configuration with its path and goes on; takes a right one", async (t) => {
    const { sink, client, agent } = await startSysinfo(t, { kind })
    const push = (config: object) => client.rpcTo(token, "config", { ...config })
    await expect(push({ rate: "fast", prefix: "lab.other" })).rejects.toThrow(
      'rate: expected a number > 0 and ≤ 1000, got "fast"',
    )
    await expect(push({ net: { include: ["/eth0/"] } })).rejects.toThrow(
      'net.include[0]: expected a glob such as "eth*"',
    )
    expect(agent.config).toMatchObject({ rate: 10, prefix: "lab.test" })
    await nextOf(sink, "lab.test.cpu.usage")

    await push({ rate: 20, prefix: "lab.other" })
    expect(await nextOf(sink, "lab.other.load.avg1")).toBeGreaterThanOrEqual(0)
  })

  test("goes on while the manager is away", async (t) => {
    const { net, sink } = await startSysinfo(t, { kind })
    await nextOf(sink, "lab.test.cpu.usage")
    await net.stopManager()
    await nextOf(sink, "lab.test.cpu.usage")
  })
})
