import { expect, test } from "vitest"
import { liveInterval } from "./live-interval.js"

test.each([
  [1000, 3600, 500],
  [1000, 300, 200],
  [1000, 60, 50],
  [1000, 10, 10],
  [1000, 9.9, 0],
  [20, 60, 0],
  [20, 3600, 500],
  [5, 3600, 0],
  [0, 3600, 0],
])("%d points a second at %d ms a pixel come in rows of %d ms", (rate, msPerPixel, rowMs) => {
  expect(liveInterval(rate, msPerPixel)).toBe(rowMs)
})
