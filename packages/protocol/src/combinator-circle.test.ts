import { expect, test } from "vitest"
import { combinatorCircle } from "./combinator-circle.js"
import { parseFormula } from "./combinator-expression.js"

const document = (formulas: Record<string, string>) =>
  new Map(Object.entries(formulas).map(([name, text]) => [name, parseFormula(text)]))

test("a formula that needs itself is found, however long the way", () => {
  const formulas = document({ a: "b + x", b: "c * 2", c: "max(a, y)", d: "a", self: "self + 1" })
  expect(combinatorCircle("a", formulas)).toEqual(["a", "b", "c", "a"])
  expect(combinatorCircle("self", formulas)).toEqual(["self", "self"])
  expect(combinatorCircle("d", formulas)).toBeUndefined()
  expect(combinatorCircle("x", formulas)).toBeUndefined()
})
