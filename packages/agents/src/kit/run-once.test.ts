import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { type ClientOptions, type JsonObject, Sink, Source, Timestamp } from "@metricq/client"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import type { AgentKind, ConfiguredClient } from "./kind.js"
import { findKind } from "./registry.js"
import { runOnce } from "./run-once.js"

const schema = z.looseObject({ metrics: z.array(z.string()).default(["a", "b"]) })

function kindOf(create: (options: ClientOptions) => ConfiguredClient<z.infer<typeof schema>>): AgentKind {
  return { name: "source-test", summary: "for tests", schema, create, sample: () => ({}) } as AgentKind
}

/** Sends in every way there is, from a task of its own. */
class TaskSource extends Source<z.infer<typeof schema>> {
  override async onConfig({ metrics }: z.infer<typeof schema>): Promise<void> {
    this.chunkSize = 10
    await this.declareMetrics(Object.fromEntries(metrics.map((name) => [name, { unit: "W" }])))
    await this.declareMetrics(["c"])
  }

  override async task(signal: AbortSignal): Promise<void> {
    const time = Timestamp.fromNs(5n)
    await this.send("a", time, 1)
    this.metric("b").append(time, 2)
    await this.metric("b").error(time)
    await this.sendChunk("c", { times: BigInt64Array.of(6n, 7n), values: Float64Array.of(3, 4) })
    await this.flush()
    await new Promise((resolve) => signal.addEventListener("abort", resolve))
  }
}

describe("a source with a task", () => {
  test("runs until each metric has a point", async () => {
    const points = await runOnce(
      kindOf((options) => new TaskSource(options)),
      {},
    )
    expect(points.map(({ metric, time, value, metadata }) => [metric, time.posixNs, value, metadata])).toEqual([
      ["a", 5n, 1, { unit: "W" }],
      ["b", 5n, 2, { unit: "W" }],
      ["b", 5n, Number.NaN, { unit: "W" }],
      ["c", 6n, 3, {}],
      ["c", 7n, 4, {}],
    ])
  })

  test("gives what there is when it is told to end", async () => {
    const signal = AbortSignal.timeout(100)
    const points = await runOnce(
      kindOf((options) => new TaskSource(options)),
      { metrics: ["a", "b", "never"] },
      { signal },
    )
    expect(points).toHaveLength(5)
  })

  test("that never has all ends when its time is over, whatever the garbage collector does", async () => {
    setFlagsFromString("--expose-gc")
    const collect = runInNewContext("gc") as () => void
    const collecting = setInterval(collect, 20)
    try {
      const kind = kindOf((options) => new TaskSource(options))
      expect(await runOnce(kind, { metrics: ["a", "b", "never"] }, { maxMs: 200 })).toHaveLength(5)
    } finally {
      clearInterval(collecting)
    }
  })

  test("that sends what it has not declared is told so", async () => {
    const kind = kindOf((options) => new TaskSource(options))
    await expect(runOnce(kind, { metrics: ["b"] })).rejects.toThrow("a has not been declared")
  })
})

test("a source that needs the network is told that there is none", async () => {
  class Curious extends Source<z.infer<typeof schema>> {
    override async onConfig(): Promise<void> {
      await this.getMetrics({ prefix: "x" })
    }
  }
  await expect(
    runOnce(
      kindOf((options) => new Curious(options)),
      {},
    ),
  ).rejects.toThrow("there is no network")
})

test("only sources can be polled", async () => {
  class Deaf extends Sink {
    config: z.infer<typeof schema> = { metrics: [] }
    onConfig(): void {}
  }
  await expect(
    runOnce(
      kindOf((options) => new Deaf(options)),
      {},
    ),
  ).rejects.toMatchObject({ code: "not-a-source" })
})

test("a wrong configuration is refused", async () => {
  await expect(
    runOnce(
      kindOf((options) => new TaskSource(options)),
      { metrics: 5 },
    ),
  ).rejects.toThrow("metrics: expected an array")
})

test("source-sysinfo tells all it would send, rates too, with the metadata of each metric", async () => {
  const kind = await findKind("source-sysinfo")
  const config: JsonObject = { rate: 20, prefix: "lab.test", cores: false }
  const points = await runOnce(kind, config)
  const names = points.map(({ metric }) => metric)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(points.map(({ time }) => time.posixNs)).size).toBe(1)
  const usage = points.find(({ metric }) => metric === "lab.test.cpu.usage")
  expect(usage?.value).toBeGreaterThanOrEqual(0)
  expect(usage?.metadata).toMatchObject({ rate: 20, unit: "%", scope: "last" })
  expect(points.find(({ metric }) => metric === "lab.test.mem.total")?.metadata).toMatchObject({ rate: 20, unit: "B" })
})
