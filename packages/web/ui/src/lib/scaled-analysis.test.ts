import { expect, test } from "vitest"
import { scaledAnalysis } from "./scaled-analysis.js"

const one = { min: 1, max: 3, mean: 2, sum: 8, count: 4, integral: 20, active: 10, coverage: 0.5 }

test("a factor multiplies what is a value, and nothing else", () => {
  expect(scaledAnalysis(one, 10)).toEqual({ ...one, min: 10, max: 30, mean: 20, sum: 80, integral: 200 })
  expect(scaledAnalysis({ ...one, min: null, max: null, mean: null }, 10)).toMatchObject({ min: null, count: 4 })
})

test("with a negative factor the smallest value is the largest", () => {
  expect(scaledAnalysis(one, -2)).toMatchObject({ min: -6, mean: -4, max: -2, integral: -40, coverage: 0.5 })
})
