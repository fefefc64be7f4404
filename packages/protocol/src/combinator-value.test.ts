import { expect, test } from "vitest"
import { parseFormula } from "./combinator-expression.js"
import { combinatorValue } from "./combinator-value.js"

const values: Readonly<Record<string, number>> = { a: 6, b: 2, gap: Number.NaN, zero: 0 }
const currentOf = (name: string) => values[name]

test.for<[string, number | undefined]>([
  ["a + b * 2", 10],
  ["(a - b) / b", 2],
  ["a - b - 1", 3],
  ["min(a, b, 5)", 2],
  ["max(a, 7)", 7],
  ["sum(a, b, 1)", 9],
  ["throttle(a, 5s) / 2", 3],
  ["a / zero", Number.POSITIVE_INFINITY],
  ["zero / zero", Number.NaN],
  ["a + gap", 6],
  ["sum(gap, 0)", 0],
  ["max(gap, b)", 2],
  ["min(gap, gap)", Number.NaN],
  ["a - gap", Number.NaN],
  ["a * gap", Number.NaN],
  ["a + unheard", undefined],
  ["max(a, unheard)", undefined],
])("%s is %s", ([formula, value]) => {
  expect(combinatorValue(parseFormula(formula), currentOf)).toEqual(value)
})
