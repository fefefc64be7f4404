import { type Metadata, silentLogger, Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { ArrivingMetrics } from "./arriving-metrics.js"

/** A source that answers declarations when told to, and a clock. */
function slowSource() {
  const calls: { names: string[]; answer: () => void; refuse: (error: Error) => void }[] = []
  const sent: [string, number][] = []
  const sizes: Record<string, { chunkSize: number | null }> = {}
  const clock = { ms: 0 }
  const outlet = {
    declareMetrics: (metrics: Record<string, Metadata>) =>
      new Promise<void>((answer, refuse) => calls.push({ names: Object.keys(metrics), answer, refuse })),
    metric: (name: string) => {
      sizes[name] ??= { chunkSize: 1 }
      return sizes[name]
    },
    send: async (name: string, _time: Timestamp, value: number) => void sent.push([name, value]),
  }
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => warnings.push(message) }
  const metrics = new ArrivingMetrics(outlet, { logger, now: () => clock.ms })
  const send = (name: string, value: number, settings: object = {}) =>
    metrics.of(name, "me", () => ({ metadata: {}, ...settings }))?.send(Timestamp.fromNs(1n), value)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { calls, clock, metrics, send, sent, sizes, turn, warnings }
}

test("first values wait for the declaration, all at once, and none is lost", async () => {
  const { calls, send, sent, sizes, turn } = slowSource()
  send("a", 1, { chunkSize: 5 })
  send("b", 2)
  send("a", 3)
  await turn()
  expect([calls.map(({ names }) => names), sent, sizes.a?.chunkSize]).toEqual([[["a", "b"]], [], 5])
  calls[0]?.answer()
  await turn()
  send("b", 4)
  expect(sent).toEqual([
    ["a", 1],
    ["a", 3],
    ["b", 2],
    ["b", 4],
  ])
})

test("a manager that is away is asked again after ten seconds, and what waits is bounded", async () => {
  const { calls, clock, metrics, send, sent, turn, warnings } = slowSource()
  for (let i = 0; i < 100; i += 1) send("a", i)
  await turn()
  calls[0]?.refuse(new Error("no manager"))
  await turn()
  expect(warnings).toEqual(["declaring a: no manager"])
  clock.ms = 9999
  metrics.tick()
  await turn()
  expect(calls).toHaveLength(1)
  clock.ms = 10_000
  metrics.tick()
  await turn()
  calls[1]?.answer()
  await turn()
  expect([sent.length, sent[0], metrics.lost]).toEqual([64, ["a", 36], 36])
})

test("too many metrics are refused, counted and told; a forgotten one makes room", async () => {
  const { metrics, send, warnings } = slowSource()
  metrics.max = 2
  for (const name of ["a", "b", "c", "c", "a"]) send(name, 1)
  expect([metrics.count, metrics.refused, warnings.length]).toEqual([2, 2, 1])
  metrics.forget("me")
  send("c", 1)
  expect(metrics.count).toBe(1)
  expect(() => send("#", 1)).toThrow("cannot be the name of a metric")
})

test("silence: what the policy wants, once each time-out", async () => {
  const { calls, clock, metrics, send, sent, turn } = slowSource()
  for (const onFailure of ["nan", "last", "skip"]) send(onFailure, 7, { silence: { timeoutMs: 100, onFailure } })
  await turn()
  calls[0]?.answer()
  await turn()
  sent.length = 0
  for (clock.ms = 0; clock.ms <= 250; clock.ms += 50) metrics.tick()
  expect(sent).toEqual([
    ["nan", Number.NaN],
    ["last", 7],
    ["nan", Number.NaN],
    ["last", 7],
  ])
  send("nan", 8)
  clock.ms += 99
  metrics.tick()
  expect(sent.slice(4)).toEqual([
    ["nan", 8],
    ["last", 7],
  ])
})
