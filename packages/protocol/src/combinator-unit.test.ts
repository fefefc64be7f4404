import { expect, test } from "vitest"
import { parseFormula } from "./combinator-expression.js"
import { combinatorUnit } from "./combinator-unit.js"

const units: Readonly<Record<string, string>> = { p: "W", q: "W", t: "°C", ratio: "1" }

test.for<[string, string | undefined]>([
  ["p", "W"],
  ["p + q - 5", "W"],
  ["max(p, q, 0)", "W"],
  ["throttle(p, 5s)", "W"],
  ["p / q", "1"],
  ["p / 1000", "W"],
  ["2 * p", "W"],
  ["p * ratio", "W"],
  ["(p + q) / p", "1"],
  ["p + t", undefined],
  ["p * q", undefined],
  ["p / t", undefined],
  ["1 / p", undefined],
  ["p + unknown", undefined],
  ["2 + 3", undefined],
])("the unit of %s is %s", ([formula, unit]) => {
  expect(combinatorUnit(parseFormula(formula), (metric) => units[metric])).toBe(unit)
})
