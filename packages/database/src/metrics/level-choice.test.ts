import { checkLevelParameters } from "@metricq/timeline"
import fc from "fast-check"
import { expect, test } from "vitest"
import { levelsFor } from "./level-choice.js"

const MS = 1_000_000n
const S = 1000n * MS
const D = 86_400n * S

test.each([
  ["1 ms", MS, 30n * MS],
  ["100 ms", 100n * MS, 3n * S],
  ["1 s", S, 30n * S],
  ["a third of a second", S / 3n, 10n * S],
  ["5 s", 5n * S, 180n * S],
  ["10 s", 10n * S, 300n * S],
  ["1 min", 60n * S, 1800n * S],
  ["15 min", 900n * S, 8n * 3600n * S],
  ["7 μs", 7000n, 210_000n],
  ["1 ns", 1n, 1000n],
])("a point every %s has a first level of familiar length", (_, intervalNs, first) => {
  expect(levelsFor(intervalNs).intervalMinNs).toBe(first)
})

test("a value holds for ten intervals", () => {
  expect(levelsFor(3n * S).maxGapNs).toBe(30n * S)
})

test("levels are what the store takes, whatever the interval", () => {
  const intervals = fc.bigInt({ min: 1n, max: 3650n * D })
  fc.assert(
    fc.property(intervals, (intervalNs) => {
      const levels = levelsFor(intervalNs)
      checkLevelParameters("lab.power", levels)
      const points = Number(levels.intervalMinNs) / Number(intervalNs)
      if (intervalNs <= 365n * D) expect(points).toBeGreaterThanOrEqual(30)
      if (intervalNs >= 1000n && intervalNs <= 365n * D) expect(points).toBeLessThanOrEqual(40.1)
      const isLast = levels.intervalMaxNs * 10n > 30n * D
      expect(isLast && (levels.intervalMaxNs <= 30n * D || levels.intervalMaxNs === levels.intervalMinNs)).toBe(true)
    }),
  )
})

test("what is said beforehand is kept, and the rest fits to it", () => {
  expect(levelsFor(S, { intervalFactor: 7, maxGapNs: "forever" })).toMatchObject({
    intervalMinNs: 30_000_000_002n,
    maxGapNs: undefined,
  })
  expect(levelsFor(S, { intervalMaxNs: S })).toMatchObject({ intervalMinNs: 30n * S, intervalMaxNs: 30n * S })
  expect(levelsFor(S, { intervalMinNs: 10n * S, intervalFactor: 6, maxGapNs: 5n * S })).toEqual({
    intervalMinNs: 10n * S,
    intervalMaxNs: 466_560n * S,
    intervalFactor: 6,
    maxGapNs: 5n * S,
  })
})
