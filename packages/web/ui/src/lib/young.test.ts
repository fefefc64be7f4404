import { expect, test } from "vitest"
import { worthShowing } from "./young.js"

const range = { from: 0, to: 900_000 }

test("what covers half of the time or more, or nothing, is shown in all of it", () => {
  expect(worthShowing(range, undefined)).toEqual(range)
  expect(worthShowing(range, -5)).toEqual(range)
  expect(worthShowing(range, 450_000)).toEqual(range)
})

test("what is young fills the picture from its begin, but not with a moment", () => {
  expect(worthShowing(range, 880_000)).toEqual({ from: 880_000, to: 900_000 })
  expect(worthShowing(range, 899_900)).toEqual({ from: 895_000, to: 900_000 })
  expect(worthShowing({ from: 0, to: 1000 }, 900)).toEqual({ from: 0, to: 1000 })
})
