import fc from "fast-check"
import { expect, test } from "vitest"
import { tickLabel, valueTicks } from "./value-ticks.js"

test("marks are round numbers", () => {
  expect(valueTicks(0, 10, 5)).toEqual({ step: 5, values: [0, 5, 10] })
  expect(valueTicks(0, 10, 6)).toEqual({ step: 2, values: [0, 2, 4, 6, 8, 10] })
  expect(valueTicks(0.05, 0.35, 4).values).toEqual([0.1, 0.2, 0.3])
  expect(valueTicks(-1.2, 1.2, 3)).toEqual({ step: 1, values: [-1, 0, 1] })
})

test("labels have the digits that tell marks apart", () => {
  expect([0, 5, 10].map((value) => tickLabel(value, 5))).toEqual(["0", "5", "10"])
  expect([0, 0.5, 1].map((value) => tickLabel(value, 0.5))).toEqual(["0", "0.5", "1.0"])
  expect(tickLabel(2.5e9, 5e8)).toBe("2.5e9")
  expect(tickLabel(3e-7, 1e-7)).toBe("3e-7")
})

test("marks lie in the range, in even steps, no more than asked for, and with labels of their own", () => {
  const bound = fc.double({ min: -1e300, max: 1e300, noNaN: true })
  fc.assert(
    fc.property(bound, bound, fc.integer({ min: 1, max: 20 }), (a, b, most) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      fc.pre(high / 2 - low / 2 > Math.max(Math.abs(low), Math.abs(high)) * 1e-12 && high - low > 1e-290)
      const { step, values } = valueTicks(low, high, most)
      expect(values.length).toBeLessThanOrEqual(most)
      if (most >= 2) expect(values.length).toBeGreaterThanOrEqual(1)
      for (const [index, value] of values.entries()) {
        expect(value).toBeGreaterThanOrEqual(low - step * 1e-6)
        expect(value).toBeLessThanOrEqual(high + step * 1e-6)
        if (index > 0) expect((value - values[index - 1]!) / step).toBeCloseTo(1, 3)
      }
      expect(new Set(values.map((value) => tickLabel(value, step))).size).toBe(values.length)
    }),
  )
})
