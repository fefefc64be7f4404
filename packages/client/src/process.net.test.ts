import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Timestamp } from "@metricq/protocol"
import {
  type BrokerKind,
  describeOnBrokers,
  startBroker,
  startNetwork,
  type TestScope,
  temporaryFolder,
} from "@metricq/testkit"
import { expect, test } from "vitest"
import { Sink } from "./sink.js"

const library = new URL("./index.js", import.meta.url).href

/** An agent in its plainest form, as it is written without types. */
const agent = `
import { IntervalSource } from ${JSON.stringify(library)}

class DummySource extends IntervalSource {
  async onConfig({ rate }) {
    this.period = 1 / rate
    await this.declareMetrics({ "example.dummy": { rate, unit: "", description: "counts" } })
    this.chunkSize = 1000
  }
  async update(time) {
    this.count = (this.count ?? 0) + 1
    this.send("example.dummy", time, this.count)
    if (this.count === 20) console.log("twenty")
    if (process.argv[3] === "hang" && this.count === 20) for (;;) await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
const source = new DummySource({ token: "source-dummy", url: process.argv[2] })
await source.run()
console.log("sent " + source.count)
`

interface Agent {
  child: ChildProcess
  lines: string[]
  errors: string[]
  ended: Promise<unknown[]>
}

async function startAgent(
  t: TestScope & { onTestFinished(end: () => unknown): void },
  url: string,
  ...args: string[]
): Promise<Agent> {
  const file = join(await temporaryFolder(t), "agent.mjs")
  await writeFile(file, agent)
  const child = spawn(process.execPath, [file, url, ...args], { stdio: ["ignore", "pipe", "pipe"] })
  t.onTestFinished(() => child.kill("SIGKILL"))
  const lines: string[] = []
  const errors: string[] = []
  createInterface(child.stdout).on("line", (line) => lines.push(line))
  createInterface(child.stderr).on("line", (line) => errors.push(line))
  return { child, lines, errors, ended: once(child, "close") }
}

async function network(t: TestScope, kind: BrokerKind) {
  const net = await startNetwork(t, { kind })
  await net.configure("source-dummy", { rate: 100 })
  const values: number[] = []
  const sink = await net.connect(
    new (class extends Sink {
      override onData(_metric: string, _time: Timestamp, value: number): void {
        values.push(value)
      }
    })(net.clientOptions("sink-t")),
  )
  await sink.subscribe(["example.dummy"])
  return { broker: net.broker, values }
}

describeOnBrokers("an agent as a process", (kind) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    test(`flushes and leaves within two seconds of ${signal}`, async (t) => {
      const { broker, values } = await network(t, kind)
      const { child, lines, errors, ended } = await startAgent(t, broker.url)
      await expect.poll(() => lines, { timeout: 10_000 }).toContain("twenty")
      const before = performance.now()
      child.kill(signal)
      expect(await ended).toEqual([0, null])
      expect(performance.now() - before).toBeLessThan(2000)
      expect(errors).toEqual([])
      const sent = Number(/sent (\d+)/.exec(lines.at(-1)!)![1])
      expect(sent).toBeGreaterThanOrEqual(20)
      await expect.poll(() => values.length).toBe(sent)
    })
  }

  test("leaves in time even if the broker is away and its update hangs", async (t) => {
    const { broker } = await network(t, kind)
    const { child, lines, ended } = await startAgent(t, broker.url, "hang")
    await expect.poll(() => lines, { timeout: 10_000 }).toContain("twenty")
    broker.proxy.refuse()
    broker.proxy.cut()
    const before = performance.now()
    child.kill("SIGTERM")
    await expect.poll(() => lines.some((line) => line.startsWith("sent")), { timeout: 5000 }).toBe(true)
    expect(performance.now() - before).toBeLessThan(2300)
    child.kill("SIGTERM")
    expect(await ended).toEqual([null, "SIGTERM"])
  })

  test("ends at once with the second signal", async (t) => {
    const { broker } = await network(t, kind)
    const { child, lines, ended } = await startAgent(t, broker.url, "hang")
    await expect.poll(() => lines, { timeout: 10_000 }).toContain("twenty")
    broker.proxy.pause()
    child.kill("SIGINT")
    // Not of the same keystroke, which would count as one.
    await new Promise((resolve) => setTimeout(resolve, 600))
    const before = performance.now()
    child.kill("SIGINT")
    expect(await ended).toEqual([null, "SIGINT"])
    expect(performance.now() - before).toBeLessThan(500)
  })

  test("that cannot connect ends by itself, with the reason and without the password", async (t) => {
    const broker = await startBroker(t, { kind })
    const { errors, ended } = await startAgent(t, broker.urlOf(broker.user, "s3cret"))
    expect(await ended).toEqual([1, null])
    expect(errors.join("\n")).toMatch(/login-refused/)
    expect(errors.join("\n")).not.toMatch(/s3cret/)
  })
})
