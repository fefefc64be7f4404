import { expect, test } from "vitest"
import { curve, labelPlace } from "./curve.js"

test("a line is level where it can be, and its text in the last bend", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 100, y: 50 },
    { x: 200, y: 50 },
  ]
  expect(curve(points)).toBe("M0 0C50 0 50 50 100 50H200")
  expect(labelPlace(points)).toEqual({ x: 74, y: 50 })
  const bend = points.slice(0, 2)
  expect(labelPlace(bend, { nearer: "start" }).x).toBeLessThan(labelPlace(bend, { nearer: "end" }).x)
  expect(
    curve(
      [
        { x: 0, y: 0 },
        { x: 100, y: 0 },
      ],
      true,
    ),
  ).toContain("34")
})
