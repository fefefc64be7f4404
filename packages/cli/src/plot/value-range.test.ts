import fc from "fast-check"
import { expect, test } from "vitest"
import type { Bins } from "./bins.js"
import { valueRange } from "./value-range.js"

const bins = (...values: number[]): Bins => {
  const column = Float64Array.from(values)
  return { low: column, mean: column, high: column }
}

test("the range begins at zero where that is near", () => {
  expect(valueRange([bins(20, 100)]).low).toBe(0)
  expect(valueRange([bins(90, 100)]).low).toBeGreaterThan(85)
  expect(valueRange([bins(-100, -20)]).high).toBe(0)
})

test("equal values have room around them, and nothing has a range as well", () => {
  expect(valueRange([bins(5, 5)])).toEqual({ low: 4.5, high: 5.5 })
  expect(valueRange([bins(0)])).toEqual({ low: 0, high: 1 })
  expect(valueRange([bins(Number.NaN)])).toEqual({ low: 0, high: 1 })
  expect(valueRange([])).toEqual({ low: 0, high: 1 })
})

test("all values lie in a finite range of some width, whatever they are", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noDefaultInfinity: true }), { minLength: 1 }), (values) => {
      const { low, high } = valueRange([bins(...values)])
      expect(low).toBeLessThan(high)
      expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true)
      for (const value of values.filter((each) => !Number.isNaN(each))) {
        expect(value).toBeGreaterThanOrEqual(low)
        expect(value).toBeLessThanOrEqual(high)
      }
    }),
  )
})
