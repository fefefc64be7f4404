import { expect, test } from "vitest"
import { IntervalEstimate } from "./interval-estimate.js"

const S = 1_000_000_000n
const every = (stepNs: bigint, count: number, fromNs = 1_000n * S) =>
  BigInt64Array.from({ length: count }, (_, i) => fromNs + BigInt(i) * stepNs)

test("nothing is said before eight distances are known", () => {
  const estimate = new IntervalEstimate()
  estimate.add(every(S, 8), undefined)
  expect(estimate.intervalNs).toBeUndefined()
  estimate.add(BigInt64Array.of(1008n * S), 1007n * S)
  expect(estimate.intervalNs).toBe(S)
})

test("chunks of one point count with the point before", () => {
  const estimate = new IntervalEstimate()
  const times = every(S / 10n, 9)
  for (let i = 0; i < times.length; i++) estimate.add(times.subarray(i, i + 1), times[i - 1])
  expect(estimate.intervalNs).toBe(S / 10n)
})

test("a single gap and repeated times change nothing", () => {
  const estimate = new IntervalEstimate()
  estimate.add(every(S, 10), 1n)
  estimate.add(BigInt64Array.of(1009n * S, 1005n * S), 1009n * S)
  expect(estimate.intervalNs).toBe(S)
})

test("bursts with long pauses do not make the pauses gaps", () => {
  const estimate = new IntervalEstimate()
  for (let burst = 1; burst <= 10; burst++)
    estimate.add(every(1_000_000n, 5, BigInt(burst) * 3600n * S), BigInt(burst - 1) * 3600n * S)
  expect(10n * estimate.intervalNs!).toBeGreaterThan(3600n * S)
})

test("the latest points count", () => {
  const estimate = new IntervalEstimate()
  estimate.add(every(S, 100), undefined)
  estimate.add(every(60n * S, 33, 5_000n * S), 1099n * S)
  expect(estimate.intervalNs).toBe(60n * S)
})
