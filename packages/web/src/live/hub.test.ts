import { type Columns, type SubscribedMetrics, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import type { Listener } from "./channel.js"
import { type HubSink, LiveHub } from "./hub.js"

/** A sink without a network. */
class FakeSink implements HubSink {
  readonly log: string[] = []
  readonly receive: (metric: string, columns: Columns) => void
  failure: Error | undefined
  #end: () => void = () => {}
  readonly #stopped = new Promise<void>((resolve) => {
    this.#end = resolve
  })

  constructor(receive: (metric: string, columns: Columns) => void) {
    this.receive = receive
  }
  async connect(): Promise<void> {
    if (this.failure) throw this.failure
  }
  async subscribe(metrics: readonly string[]): Promise<SubscribedMetrics> {
    if (this.failure) throw this.failure
    this.log.push(`+${metrics.join(",")}`)
    return Object.fromEntries(metrics.map((metric) => [metric, metric === "no.such" ? null : { unit: "W" }]))
  }
  async unsubscribe(metrics: readonly string[]): Promise<void> {
    this.log.push(`-${metrics.join(",")}`)
  }
  async stop(): Promise<void> {
    this.#end()
  }
  stopped(): Promise<void> {
    return this.#stopped
  }
}

class Ear implements Listener {
  readonly heard: string[] = []
  readonly troubles: string[] = []
  onPoints(metric: string, { values }: Columns): void {
    this.heard.push(`${metric}=${values.join(",")}`)
  }
  onTrouble(message: string): void {
    this.troubles.push(message)
  }
}

const point = (value: number): Columns => ({ times: BigInt64Array.of(1n), values: Float64Array.of(value) })

function setUp(t: { onTestFinished(end: () => unknown): void }, prepare: (sink: FakeSink) => void = () => {}) {
  const sinks: FakeSink[] = []
  const hub = new LiveHub({
    createSink: (receive) => {
      const sink = new FakeSink(receive)
      prepare(sink)
      sinks.push(sink)
      return sink
    },
    lastValue: async (metric) => (metric === "a.b" ? { timeNs: 7n, value: 7 } : undefined),
    logger: silentLogger,
    lingerMs: 20,
    retryMs: [1, 10],
  })
  t.onTestFinished(() => hub.close())
  return { hub, sinks }
}

test("many listeners are one subscription, and each hears its metrics", async (t) => {
  const { hub, sinks } = setUp(t)
  const one = new Ear()
  const other = new Ear()
  const [metadata] = await Promise.all([hub.listen(one, ["a.b", "no.such"]), hub.listen(other, ["a.b", "c.d"])])
  expect(metadata).toEqual({ "a.b": { unit: "W" }, "no.such": null })
  expect(sinks.map(({ log }) => log)).toEqual([["+a.b,no.such,c.d"]])
  sinks[0]!.receive("a.b", point(1))
  sinks[0]!.receive("c.d", point(2))
  expect([one.heard, other.heard]).toEqual([["a.b=1"], ["a.b=1", "c.d=2"]])
  expect(await hub.last("a.b")).toEqual({ timeNs: 1n, value: 1 })
})

test("a metric is unsubscribed some time after the last listener has left, and subscribed again for the next", async (t) => {
  const { hub, sinks } = setUp(t)
  const one = new Ear()
  const other = new Ear()
  await hub.listen(one, ["a.b"])
  await hub.listen(other, ["a.b"])
  hub.leave(one, ["a.b"])
  hub.leave(other, ["a.b"])
  await hub.listen(one, ["a.b"])
  hub.leave(one, ["a.b"])
  await expect.poll(() => sinks[0]!.log).toEqual(["+a.b", "-a.b"])
  expect(hub.size).toBe(0)
  await hub.listen(one, ["a.b"])
  expect(sinks[0]!.log).toEqual(["+a.b", "-a.b", "+a.b"])
})

test("what cannot be subscribed is said and tried again", async (t) => {
  const { hub, sinks } = setUp(t, (sink) => {
    if (sinks.length < 2) sink.failure = new Error("no manager")
  })
  const ear = new Ear()
  await hub.listen(ear, ["a.b"])
  expect(ear.troubles).toEqual(["no manager", "no manager"])
  expect(sinks.length).toBe(3)
})

test("a sink that has given up is replaced, and listeners go on", async (t) => {
  const { hub, sinks } = setUp(t)
  const ear = new Ear()
  await hub.listen(ear, ["a.b"])
  await sinks[0]!.stop()
  await expect.poll(() => sinks[1]?.log).toEqual(["+a.b"])
  sinks[0]!.receive("a.b", point(1))
  sinks[1]!.receive("a.b", point(2))
  expect(ear.heard).toEqual(["a.b=2"])
})

test("the last point is what is stored until one comes", async (t) => {
  const { hub, sinks } = setUp(t)
  await hub.listen(new Ear(), ["a.b", "c.d"])
  expect(await hub.last("a.b")).toEqual({ timeNs: 7n, value: 7 })
  expect(await hub.last("c.d")).toBeUndefined()
  sinks[0]!.receive("c.d", point(3))
  expect(await hub.last("c.d")).toEqual({ timeNs: 1n, value: 3 })
})
