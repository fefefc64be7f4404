import { type Metadata, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { LateMetrics } from "./late-metrics.js"

/** A source that answers declarations when told to. */
function slowSource() {
  const calls: { names: string[]; answer: () => void; refuse: (error: Error) => void }[] = []
  const clock = { ms: 0 }
  const source = {
    declareMetrics: (metrics: Record<string, Metadata>) =>
      new Promise<void>((answer, refuse) => calls.push({ names: Object.keys(metrics), answer, refuse })),
  }
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => warnings.push(message) }
  const metrics = new LateMetrics(source, { logger, now: () => clock.ms })
  const round = (...names: string[]) => names.map((name) => metrics.ready(name, () => ({ unit: "W" })))
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return { calls, clock, metrics, round, turn, warnings }
}

test("what was declared before can be sent at once", async () => {
  const { calls, metrics, round } = slowSource()
  const declared = metrics.declare({ a: {}, b: {} })
  calls[0]?.answer()
  await declared
  expect(round("a", "b")).toEqual([true, true])
  expect(calls).toHaveLength(1)
})

test("what turns up is declared in one go, and sent once that is done", async () => {
  const { calls, round, turn } = slowSource()
  expect(round("a", "b")).toEqual([false, false])
  await turn()
  expect(calls.map(({ names }) => names)).toEqual([["a", "b"]])
  expect(round("a", "c")).toEqual([false, false])
  calls[0]?.answer()
  await turn()
  expect(round("a", "b", "c")).toEqual([true, true, false])
  await turn()
  expect(calls.at(-1)?.names).toContain("c")
})

test("a refused declaration is logged and tried again after ten seconds", async () => {
  const { calls, clock, round, turn, warnings } = slowSource()
  round("a")
  await turn()
  calls[0]?.refuse(new Error("no manager"))
  await turn()
  expect(warnings).toEqual(["declaring a: no manager"])
  clock.ms = 9_999
  round("a")
  await turn()
  expect(calls).toHaveLength(1)
  clock.ms = 10_000
  round("a")
  await turn()
  expect(calls).toHaveLength(2)
})

test("a metric that was away for long is declared anew", async () => {
  const { calls, clock, round, turn } = slowSource()
  round("a", "b")
  await turn()
  calls[0]?.answer()
  await turn()
  for (clock.ms = 0; clock.ms <= 700_000; clock.ms += 100_000) round("b")
  expect(round("a", "b")).toEqual([false, true])
})
