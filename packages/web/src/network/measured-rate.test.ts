import { expect, test } from "vitest"
import type { SurveyedPoint } from "../health/metric-track.js"
import { measuredRate } from "./measured-rate.js"

const NOW = 1_795_669_261_000
/** So many points, one each `intervalMs`, the last so long ago. */
const surveyed = (count: number, intervalMs: number, agoMs = 0): SurveyedPoint => ({
  ...{ timeMs: NOW - agoMs, sinceMs: NOW - agoMs - Math.max(0, count - 1) * intervalMs, count },
  ...{ nan: 0, value: 1, min: 1, max: 1 },
})

test("a rate is that of the points in memory, whatever is still on its way", () => {
  expect(measuredRate(surveyed(300, 1000), NOW, 1)).toBeCloseTo(1)
  expect(measuredRate(surveyed(2000, 1, 10_000), NOW, 1000)).toBeCloseTo(1000)
  expect(measuredRate(surveyed(30, 600_000, 1_100_000), NOW, Number.NaN)).toBeCloseTo(1 / 600)
})

test("silence counts, until it is the end", () => {
  const afterAMinute = measuredRate(surveyed(61, 1000, 60_000 + 17_000), NOW, 1)
  expect(afterAMinute).toBeCloseTo(0.5)
  expect(measuredRate(surveyed(300, 1000, 400_000), NOW, 1)).toBe(0)
})

test("what has no points in memory is not known, unless it should have come long ago", () => {
  expect(measuredRate(surveyed(0, 0, 10_000), NOW, 1)).toBeNaN()
  expect(measuredRate(surveyed(1, 0, 600_000), NOW, 1)).toBe(0)
  expect(measuredRate(surveyed(1, 0, 600_000), NOW, 1 / 3600)).toBeNaN()
  expect(measuredRate(surveyed(1, 0, 86_400_000), NOW, Number.NaN)).toBeNaN()
  expect(measuredRate(surveyed(2, 0), NOW, 1)).toBeNaN()
})
