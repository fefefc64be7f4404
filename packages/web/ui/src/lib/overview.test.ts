import fc from "fast-check"
import { expect, test } from "vitest"
import { overviewSpan, windowAt, windowIn } from "./overview.js"

test("the whole reaches from the first point until now, and takes in the window", () => {
  const window = { from: 50, to: 60 }
  expect(overviewSpan(10, 100, window)).toEqual({ from: 10, to: 100 })
  expect(overviewSpan(undefined, 100, window)).toEqual({ from: 50, to: 100 })
  expect(overviewSpan(55, 58, window)).toEqual({ from: 50, to: 60 })
})

test("a window that is moved is as long as before, inside, and where it was put", () => {
  const times = fc.integer({ min: 0, max: 1e6 })
  fc.assert(
    fc.property(
      times,
      times,
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b, length, part) => {
        const whole = { from: Math.min(a, b), to: Math.max(a, b) + 1000 }
        const moved = windowAt(whole, { from: 0, to: length }, part)
        expect(moved.to - moved.from).toBeCloseTo(length)
        expect(moved.from).toBeGreaterThanOrEqual(whole.from)
        expect(moved.to).toBeLessThanOrEqual(whole.to + 1e-6)
        const { left, width } = windowIn(whole, moved)
        expect(left + width).toBeLessThanOrEqual(1 + 1e-9)
        expect(left).toBeGreaterThanOrEqual(0)
      },
    ),
  )
})

test("a short window can still be taken", () => {
  expect(windowIn({ from: 0, to: 1e9 }, { from: 5e8 - 1, to: 5e8 + 1 })).toEqual({ left: 0.496, width: 0.008 })
  expect(windowIn({ from: 0, to: 1e9 }, { from: 1e9 - 1, to: 1e9 })).toEqual({ left: 0.992, width: 0.008 })
})
