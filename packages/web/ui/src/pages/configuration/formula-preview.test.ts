import { parseFormula } from "@metricq/protocol"
import { expect, test } from "vitest"
import { previewLine, previewValue, sourcesOf } from "./formula-preview.js"

const document = (formulas: Record<string, string>) =>
  new Map(Object.entries(formulas).map(([name, text]) => [name, parseFormula(text)]))

test("what the document makes itself is computed from its sources", () => {
  const formulas = document({ it: "rack1 + rack2", pue: "(it + cooling) / it" })
  const values: Record<string, number> = { rack1: 10, rack2: 30, cooling: 20 }
  const pue = formulas.get("pue")!
  expect(sourcesOf(pue, formulas)).toEqual(["rack1", "rack2", "cooling"])
  expect(previewValue(pue, formulas, (name) => values[name])).toBe(1.5)
  expect(previewValue(pue, formulas, (name) => (name === "rack2" ? undefined : values[name]))).toBeUndefined()
})

test("at each time what holds until then counts, as combinators compute it", () => {
  const lines: Record<string, { times: number[]; mean: (number | null)[] }> = {
    a: { times: [10, 20, 30], mean: [5, 6, 7] },
    b: { times: [15, 35], mean: [100, 200] },
  }
  expect(previewLine(parseFormula("a + b"), new Map(), (name) => lines[name])).toEqual({
    times: [10, 15, 20, 30, 35],
    mean: [105, 106, 206, 207, null],
  })
})

test("a gap of a source, a missing one, and a division by zero leave a gap", () => {
  const lines: Record<string, { times: number[]; mean: (number | null)[] }> = {
    a: { times: [10, 20, 30], mean: [5, null, 7] },
    b: { times: [10, 20, 30], mean: [1, 1, 0] },
  }
  expect(previewLine(parseFormula("a / b"), new Map(), (name) => lines[name]).mean).toEqual([5, null, null])
  expect(previewLine(parseFormula("a + c"), new Map(), (name) => lines[name]).mean).toEqual([null, null, null])
})
