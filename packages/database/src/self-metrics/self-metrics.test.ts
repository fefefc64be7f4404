import { type Metadata, silentLogger } from "@metricq/client"
import { expect, test, vi } from "vitest"
import { selfMetricDefinitions } from "./definitions.js"
import { type SelfMeasurement, SelfMetrics } from "./self-metrics.js"

const measurement = { "points.rate": 5, "store.checkpoint.age": undefined } as unknown as SelfMeasurement

function sender() {
  const declared: Record<string, Metadata>[] = []
  const sent: [string, number][] = []
  const failures: Error[] = []
  return {
    ...{ declared, sent, failures },
    declareMetrics: async (metrics: Record<string, Metadata>) => {
      const failure = failures.shift()
      if (failure) throw failure
      declared.push(metrics)
    },
    send: async (metric: string, _: unknown, value: number) => void sent.push([metric, value]),
  }
}

test("what is measured is declared once with unit, description and rate, and sent at that rate", async () => {
  vi.useFakeTimers()
  const to = sender()
  const own = new SelfMetrics(to, () => measurement, silentLogger)
  own.follow({ prefix: "db.", rate: 10 })
  await vi.advanceTimersByTimeAsync(250)
  expect(to.declared).toHaveLength(1)
  expect(Object.keys(to.declared[0]!)).toEqual(Object.keys(selfMetricDefinitions).map((name) => `db.${name}`))
  expect(to.declared[0]!["db.write.data.rate"]).toEqual({
    unit: "B/s",
    description: "points stored, 16 bytes each",
    rate: 10,
    scope: "last",
  })
  expect(to.sent).toEqual([
    ["db.points.rate", 5],
    ["db.points.rate", 5],
    ["db.points.rate", 5],
  ])
  own.follow({ prefix: "db.", rate: 10 })
  await vi.advanceTimersByTimeAsync(50)
  expect(to.sent).toHaveLength(4)
  own.follow({ prefix: "other.", rate: 10 })
  await vi.advanceTimersByTimeAsync(0)
  expect(to.declared).toHaveLength(2)
  expect(to.sent.at(-1)).toEqual(["other.points.rate", 5])
  own.stop()
  await vi.advanceTimersByTimeAsync(1000)
  expect(to.sent).toHaveLength(5)
  vi.useRealTimers()
})

test("what fails is tried again with the next round", async () => {
  vi.useFakeTimers()
  const to = sender()
  to.failures.push(new Error("no manager"))
  const own = new SelfMetrics(to, () => measurement, silentLogger)
  own.follow({ prefix: "db.", rate: 1 })
  await vi.advanceTimersByTimeAsync(1000)
  expect(to.declared).toHaveLength(1)
  expect(to.sent).toHaveLength(1)
  own.stop()
  vi.useRealTimers()
})
