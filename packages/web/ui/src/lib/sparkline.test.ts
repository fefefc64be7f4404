import { expect, test } from "vitest"
import { boundsOf, sparkline } from "./sparkline.js"

test("values fill the picture, and a gap interrupts the line", () => {
  expect(sparkline([0, 1, 2, 3, 4], [0, 10, null, 5, 10], 100, 20)).toBe("M0 20L25 0M75 10L100 0")
})

test("a line that begins late begins there", () => {
  expect(sparkline([5, 10], [0, 1], 100, 20, { from: 0, to: 10 })).toBe("M50 20L100 0")
})

test("a constant runs through the middle", () => {
  expect(sparkline([0, 1], [7, 7], 100, 20)).toBe("M0 10L100 10")
})

test("nothing to connect gives no line", () => {
  expect(sparkline([], [], 100, 20)).toBe("")
  expect(sparkline([5], [1], 100, 20)).toBe("")
  expect(sparkline([0, 1], [null, Number.NaN], 100, 20)).toBe("")
  expect(boundsOf([null, Number.NaN])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
})
