import { expect, test } from "vitest"
import { formulasOf, readFormula } from "./formulas.js"

test("formulas are found in documents of their form, and in no others", () => {
  const expression = { operation: "/", left: { operation: "sum", inputs: ["hall.it", "hall.cool"] }, right: "hall.it" }
  expect(formulasOf({ metrics: { "hall.pue": { chunk_size: 10, expression }, other: { unit: "W" } } })).toEqual([
    { name: "hall.pue", expression, text: "sum(hall.it, hall.cool) / hall.it", problem: undefined },
  ])
  for (const document of [null, [], {}, { metrics: [] }, { metrics: {} }, { metrics: { a: { unit: "W" } } }])
    expect(formulasOf(document)).toBeUndefined()
})

test("an expression that is none is told, and the others are still there", () => {
  const found = formulasOf({ metrics: { a: { expression: { operation: "^" } }, b: { expression: "x.y" } } })
  expect(found).toMatchObject([
    { name: "a", expression: undefined, problem: expect.stringMatching(/^expression\.operation: expected one of/) },
    { name: "b", text: "x.y", problem: undefined },
  ])
})

test("what is typed is an expression or an error with its place", () => {
  expect(readFormula("a + b")).toMatchObject({ expression: { operation: "+" } })
  expect(readFormula("a +")).toMatchObject({ error: { problem: "value", from: 3 } })
})
