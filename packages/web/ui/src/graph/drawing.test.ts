import { expect, test } from "vitest"
import { curve, labelPlace } from "./curve.js"
import { layered } from "./layout/layered.js"
import { neighbour } from "./neighbour.js"
import { lineWidth, perSecond } from "./rate-text.js"

test("rates are short, and lines grow with their size", () => {
  expect([0, 0.0167, 1, 98.5, 1234, 2_500_000].map(perSecond)).toEqual([
    ...["", "0.017/s", "1/s", "98.5/s", "1.23\u00a0k/s", "2.50\u00a0M/s"],
  ])
  const widths = [0, 1, 10, 1000, 1e6, 1e12].map(lineWidth)
  expect(widths).toEqual([...widths].sort((a, b) => a - b))
  expect(widths.at(-1)).toBe(8)
})

test("a line is level where it can be, and its text in the last bend", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 100, y: 50 },
    { x: 200, y: 50 },
  ]
  expect(curve(points)).toBe("M0 0C50 0 50 50 100 50H200")
  expect(labelPlace(points)).toEqual({ x: 150, y: 50 })
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

test("arrow keys lead along edges and within a layer", () => {
  const nodes = ["a", "b", "c", "d"].map((id) => ({ id, width: 10, height: 10 }))
  const layout = layered(nodes, [
    { from: "a", to: "b" },
    { from: "a", to: "c" },
    { from: "d", to: "c" },
  ])
  expect(neighbour(layout, "b", "ArrowLeft")).toBe("a")
  expect(neighbour(layout, "b", "ArrowDown") ?? neighbour(layout, "b", "ArrowUp")).toBe("c")
  expect(["b", "c"]).toContain(neighbour(layout, "a", "ArrowRight"))
  expect(neighbour(layout, "c", "ArrowRight")).toBeUndefined()
})
