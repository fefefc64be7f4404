import { expect, test } from "vitest"
import { lineWidth, perSecond } from "./rate-text.js"

test("rates are short, and lines grow with their size", () => {
  expect([0, 0.0167, 1, 98.5, 1234, 2_500_000].map(perSecond)).toEqual([
    ...["", "0.017/s", "1/s", "98.5/s", "1.23\u00a0k/s", "2.5\u00a0M/s"],
  ])
  const widths = [0, 1, 10, 1000, 1e6, 1e12].map(lineWidth)
  expect(widths).toEqual([...widths].sort((a, b) => a - b))
  expect(widths.at(-1)).toBe(8)
})
