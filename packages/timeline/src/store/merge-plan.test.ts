import { describe, expect, test } from "vitest"
import { planMerge, planMergeOfAll, type SegmentSize } from "./merge-plan.js"

const MIB = 1 << 20

const sizes = (...mib: number[]): SegmentSize[] => mib.map((size) => ({ bytes: size * MIB, liveBytes: size * MIB }))

describe("in the background", () => {
  test("eight neighbours of one size are merged", () => {
    expect(planMerge(sizes(1, 1, 1, 1, 1, 1, 1))).toBeUndefined()
    expect(planMerge(sizes(1, 2, 3, 1, 2, 3, 1, 2))).toEqual([0, 8])
    expect(planMerge(sizes(20, ...Array(9).fill(1)))).toEqual([1, 10])
    expect(planMerge(sizes(...Array(30).fill(1)))).toEqual([0, 16])
  })

  test("small ones before large ones", () => {
    expect(planMerge(sizes(...Array(8).fill(20), ...Array(8).fill(1)))).toEqual([8, 16])
    expect(planMerge(sizes(...Array(8).fill(20), 1, 1))).toEqual([0, 10])
  })

  test("large ones rest", () => {
    expect(planMerge(sizes(...Array(20).fill(600)))).toBeUndefined()
    expect(planMerge(sizes(...Array(20).fill(200)))).toBeUndefined()
  })

  test("one that is half dead is written anew, with small neighbours", () => {
    const half = { bytes: 100 * MIB, liveBytes: 40 * MIB }
    expect(planMerge([...sizes(200), half, ...sizes(3, 5)])).toEqual([1, 4])
    expect(planMerge([...sizes(200), half, ...sizes(300)])).toEqual([1, 2])
  })
})

describe("all at once", () => {
  test("neighbours that fit together, but none at rest", () => {
    expect(planMergeOfAll(sizes(900, 5, 5, 5))).toEqual([[1, 4]])
    expect(planMergeOfAll(sizes(5, 5, 900, 5))).toEqual([[0, 2]])
    expect(planMergeOfAll(sizes(5, 900, 5))).toEqual([])
    expect(planMergeOfAll(sizes(400, 400, 400, 400))).toEqual([
      [0, 2],
      [2, 4],
    ])
  })

  test("a single one if some of it is dead", () => {
    expect(planMergeOfAll([{ bytes: 10, liveBytes: 9 }])).toEqual([[0, 1]])
    expect(planMergeOfAll([{ bytes: 900 * MIB, liveBytes: 890 * MIB }])).toEqual([])
    expect(planMergeOfAll([{ bytes: 900 * MIB, liveBytes: 600 * MIB }])).toEqual([[0, 1]])
  })
})
