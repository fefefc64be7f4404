import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { defaultLevelParameters, levelIntervals } from "../level-parameters.js"
import { aggregateDifference, plainRows, rowsDifference } from "../testing/comparing.js"
import { drawnParameters, drawnPoints, originNs, SEEDS } from "../testing/drawn-points.js"
import { pointBlocks } from "../testing/memory-run.js"
import { NaiveModel } from "../testing/naive-model.js"
import { levelsWorthStoring, RunRows } from "./run-rows.js"

const always = 2n ** 63n

test("rows of any levels, and the total, are those of the definitions", () => {
  const seeds = fc.array(fc.nat(SEEDS - 1), { minLength: 1, maxLength: 60 })
  const input = fc.tuple(fc.nat(62), seeds, fc.nat(50_000), fc.integer({ min: 1, max: 9 }), fc.nat(2 ** 20))
  fc.assert(
    fc.property(input, ([choice, numbers, startNs, blockPoints, mask]) => {
      const parameters = drawnParameters(choice)
      const points = drawnPoints(numbers, startNs)
      const intervals = levelIntervals(parameters)
      const levels = intervals.map((_, level) => level).filter((level) => (mask >> level) & 1)
      const rows = new RunRows(parameters, levels)
      for (const block of pointBlocks(points, blockPoints)) rows.add(block)
      rows.finish()
      const model = new NaiveModel(parameters.maxGapNs)
      model.append(points)
      expect(aggregateDifference(rows.total, model.aggregate(0n, always))).toBeUndefined()
      for (const level of levels) {
        const found = plainRows(rows.take(level), intervals[level]!)
        expect(rowsDifference(found, model.rows(intervals[level]!, 0n, always))).toBeUndefined()
      }
    }),
    { numRuns: 500 },
  )
})

describe("a gap", () => {
  test("of years costs two rows of a level", () => {
    const rows = new RunRows(defaultLevelParameters, [0, 1])
    const points = [0n, 1n, 30n * 31_536_000n].map((s, i) => ({ ns: originNs + s * 1_000_000_000n, value: i }))
    for (const block of pointBlocks(points)) rows.add(block)
    rows.finish()
    const [block] = rows.take(0)
    expect(block!.count).toEqual(Float64Array.of(2, 0, 0, 1))
    expect(block!.rows[2]! - block!.rows[1]!).toBe(94_607_998)
    expect(rows.take(1)[0]!.rows).toHaveLength(4)
    expect(rows.total.activeNs).toBe(Number(30n * 31_536_000n * 1_000_000_000n))
  })
})

describe("levels worth storing", () => {
  test("have enough points a row, and stop where there are few rows", () => {
    const run = { points: 10_000_000, firstNs: originNs, lastNs: originNs + 1_000_000n * 1_000_000_000n }
    expect(levelsWorthStoring(defaultLevelParameters, run)).toEqual([1, 2, 3, 4])
    expect(levelsWorthStoring(defaultLevelParameters, { ...run, points: 150 })).toEqual([])
    expect(levelsWorthStoring(defaultLevelParameters, { points: 9, firstNs: originNs, lastNs: originNs })).toEqual([])
  })
})
