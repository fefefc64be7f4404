import fc from "fast-check"
import { expect, test } from "vitest"
import { indexesOf, intervalOf, levelFor, spanOf } from "./levels.js"

test("levels are 1, 2, 5 and tens of them", () => {
  expect([0, 1, 2, 3, 4, 5, 6].map(intervalOf)).toEqual([1, 2, 5, 10, 20, 50, 100])
  expect(spanOf(3)).toBe(5120)
})

test("the level for a scale is the finest whose rows are wide enough", () => {
  expect(levelFor(0.0001)).toBe(0)
  expect(levelFor(1, 1)).toBe(0)
  expect(levelFor(1.01, 1)).toBe(1)
  expect(levelFor(1000, 1)).toBe(9)
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e10, noNaN: true }), (msPerPixel) => {
      const level = levelFor(msPerPixel)
      expect(intervalOf(level)).toBeGreaterThanOrEqual(msPerPixel * 1.3 * (1 - 1e-9))
      if (level > 0) expect(intervalOf(level - 1)).toBeLessThan(msPerPixel * 1.3)
    }),
  )
})

test("the tiles of a range cover it and no more", () => {
  expect(indexesOf(0, 0, 512)).toEqual([0, 0])
  expect(indexesOf(0, 0, 512.5)).toEqual([0, 1])
  expect(indexesOf(0, 512, 512)).toEqual([1, 1])
  expect(indexesOf(0, -1, 1)).toEqual([-1, 0])
})
