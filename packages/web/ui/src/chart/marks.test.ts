import { expect, test } from "vitest"
import { layOut } from "./layout.js"
import { markNear, tidyInstant, timeAt, xOf } from "./marks.js"

const series = [{ name: "a", unit: "W", quantity: "", colour: "", factor: 1, rate: 1, maxGapMs: 1000 }]
const layout = layOut(1058, 400, series)
const view = { from: 1_000_000, to: 2_000_000 }

test("an instant is found where it was drawn", () => {
  expect(layout.plotWidth).toBe(1000)
  expect(xOf(layout, view, 1_500_000)).toBe(layout.left + 500)
  expect(timeAt(layout, view, layout.left + 250)).toBe(1_250_000)
  expect(timeAt(layout, view, 0)).toBe(view.from)
  expect(timeAt(layout, view, 5000)).toBe(view.to)
})

test("the nearer mark is taken hold of", () => {
  const marks = { a: 1_500_000, b: 1_506_000 }
  expect(markNear(layout, view, marks, layout.left + 504, 5)).toBe("b")
  expect(markNear(layout, view, marks, layout.left + 502, 5)).toBe("a")
  expect(markNear(layout, view, marks, layout.left + 490, 5)).toBeUndefined()
  expect(markNear(layout, view, {}, layout.left, 5)).toBeUndefined()
})

test("instants have the digits that a pixel can tell apart", () => {
  expect(tidyInstant(1795154401234.567, 20_000)).toBe(1795154401000)
  expect(tidyInstant(1795154401234.567, 50)).toBe(1795154401230)
  expect(tidyInstant(1795154401234.567, 1)).toBe(1795154401235)
  expect(tidyInstant(1795154401.23456, 0.01)).toBe(1795154401.235)
})
