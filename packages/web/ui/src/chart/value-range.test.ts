import fc from "fast-check"
import { expect, test } from "vitest"
import { partOf, rangeBetween, rangeFor, scaleFor, union, valueAt } from "./value-range.js"

const extremes = { min: 100, max: 200, leastPositive: 100 }
const nothing = {
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  leastPositive: Number.POSITIVE_INFINITY,
}

test("a range follows the data, unless it is fixed or begins at zero", () => {
  expect(scaleFor({}, extremes)).toEqual({ low: 93, high: 207, log: false })
  expect(scaleFor({ zero: true }, extremes)).toEqual({ low: 0, high: 214, log: false })
  expect(scaleFor({ zero: true }, { min: -200, max: -100, leastPositive: Infinity })).toMatchObject({ high: 0 })
  expect(scaleFor({ range: { low: 1, high: 2 } }, extremes)).toEqual({ low: 1, high: 2, log: false })
})

test("where there is nothing there is a range all the same", () => {
  expect(scaleFor({}, nothing)).toEqual({ low: 0, high: 1, log: false })
  expect(scaleFor({ zero: true }, nothing)).toEqual({ low: 0, high: 1, log: false })
  expect(scaleFor({ log: true }, nothing)).toEqual({ low: 1, high: 10, log: true })
  expect(rangeFor(5, 5)).toEqual({ low: 4.75, high: 5.25 })
})

test("a logarithmic range has all that is above zero, and at least a decade", () => {
  const { low, high } = scaleFor({ log: true }, { min: -3, max: 1e6, leastPositive: 0.01 })
  expect(low).toBeLessThan(0.01)
  expect(low).toBeGreaterThan(1e-3)
  expect(high).toBeGreaterThan(1e6)
  const narrow = scaleFor({ log: true }, extremes)
  expect(narrow.high / narrow.low).toBeGreaterThan(10)
  expect(partOf(narrow, 0)).toBe(Number.NEGATIVE_INFINITY)
  expect(partOf(narrow, -1)).toBe(Number.NEGATIVE_INFINITY)
})

test("a value is found where it was put", () => {
  const scale = fc
    .record({
      low: fc.double({ min: 1e-3, max: 10, noNaN: true }),
      more: fc.double({ min: 1, max: 1e5, noNaN: true }),
      log: fc.boolean(),
    })
    .map(({ low, more, log }) => ({ low, high: low + more, log }))
  fc.assert(
    fc.property(scale, fc.double({ min: 0, max: 1, noNaN: true }), (scale, part) => {
      expect(partOf(scale, valueAt(scale, part))).toBeCloseTo(part, 9)
    }),
  )
})

test("a marked range has the digits that can be told apart", () => {
  const scale = { low: 0, high: 300, log: false }
  expect(rangeBetween(scale, 2 / 3, 1 / 3)).toEqual({ low: 100, high: 200 })
  expect(rangeBetween({ low: 1e6, high: 1e6 + 1, log: false }, 0.25, 0.5)).toEqual({ low: 1000000.25, high: 1000000.5 })
})

test("a range only grows while a hand is on the chart", () => {
  expect(union({ low: 0, high: 5, log: false }, { low: 2, high: 9, log: false })).toEqual({
    low: 0,
    high: 9,
    log: false,
  })
})
