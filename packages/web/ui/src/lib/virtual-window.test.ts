import fc from "fast-check"
import { expect, test } from "vitest"
import { scrollTo, virtualWindow } from "./virtual-window.js"

test("a short list is drawn whole", () => {
  expect(virtualWindow(3, 34, 0, 600)).toEqual({ first: 0, end: 3, height: 102, top: 0 })
  expect(virtualWindow(0, 34, 0, 600)).toEqual({ first: 0, end: 0, height: 0, top: 0 })
})

test("of a long list only what is in sight is drawn, where it belongs", () => {
  expect(virtualWindow(100_000, 34, 34_000, 340, 2)).toEqual({ first: 998, end: 1012, height: 3_400_000, top: 33_932 })
})

test("whatever the size, the ends can be reached and every row in sight is drawn", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_000_000 }),
      fc.integer({ min: 20, max: 60 }),
      fc.integer({ min: 100, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, rowHeight, viewHeight, part) => {
        const height = Math.min(rows * rowHeight, 8_000_000)
        const scrollTop = part * Math.max(0, height - viewHeight)
        const seen = virtualWindow(rows, rowHeight, scrollTop, viewHeight, 0)
        expect(seen.end).toBeGreaterThan(seen.first)
        expect(seen.top).toBeLessThanOrEqual(scrollTop + 1e-3)
        const drawnTo = seen.top + (seen.end - seen.first) * rowHeight
        expect(drawnTo).toBeGreaterThanOrEqual(Math.min(scrollTop + viewHeight, height) - 1e-3)
        const last = virtualWindow(rows, rowHeight, height, viewHeight, 0)
        expect(last.end).toBe(rows)
      },
    ),
  )
})

test("a row is scrolled into sight, and no further", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(999_999), fc.nat(8_000_000), (rows, wanted, from) => {
      const row = wanted % rows
      const range = Math.max(0, Math.min(rows * 34, 8_000_000) - 500)
      const to = scrollTo(row, rows, 34, Math.min(from, range), 500)
      const seen = virtualWindow(rows, 34, to, 500, 0)
      expect(row).toBeGreaterThanOrEqual(seen.first)
      expect(row).toBeLessThan(seen.end)
      expect(scrollTo(row, rows, 34, to, 500)).toBeCloseTo(to, 5)
    }),
  )
})
