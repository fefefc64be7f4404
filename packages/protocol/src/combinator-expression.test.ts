import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseFormula, printFormula } from "./combinator-expression.js"
import { type CombinatorExpression, combinatorInputs, readCombinatorExpression } from "./combinator-tree.js"
import { FormulaError } from "./formula-error.js"

const name = fc.oneof(
  fc.constantFrom("a.b", "lab.node1.power", "hall-2/it.power", "min", "throttle", "5s", "1", "sum.x", 'say "it"', "\\"),
  fc.string({ minLength: 1, maxLength: 12 }),
)
const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const { expression } = fc.letrec<{ expression: CombinatorExpression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.oneof(name, number),
    fc.record({
      operation: fc.constantFrom("+", "-", "*", "/"),
      left: tie("expression"),
      right: tie("expression"),
    }),
    fc.record({
      operation: fc.constantFrom("min", "max", "sum"),
      inputs: fc.array(tie("expression"), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      operation: fc.constant("throttle" as const),
      cooldown_period: fc.oneof(fc.constantFrom("5s", "1.5min", "1e3s", "5 s", "500µs", "2e5"), fc.string()),
      input: tie("expression"),
    }),
  ) as fc.Arbitrary<CombinatorExpression>,
}))

/** The problem of a text that is no formula, with the part of the text it is about. */
function problemIn(text: string): [string, string] | undefined {
  try {
    parseFormula(text)
    return undefined
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error
    expect(error.message).not.toBe("")
    return [error.problem, text.slice(error.from, error.to)]
  }
}

test("what is printed is read as the same expression", () => {
  // Durations that cannot be are kept as they are, in quotes; bare ones are those that can.
  fc.assert(
    fc.property(expression, (tree) => {
      expect(parseFormula(printFormula(tree))).toEqual(tree)
    }),
    { numRuns: 1000 },
  )
})

test("what is read is an expression, and any text either is one or is told with its place", () => {
  const piece = fc.constantFrom(
    "a",
    "b.c",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    ",",
    "min",
    "throttle",
    "5s",
    "2",
    '"',
    " ",
    ".",
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join("")),
      ),
      (text) => {
        try {
          expect(readCombinatorExpression(parseFormula(text))).toBeDefined()
        } catch (error) {
          if (!(error instanceof FormulaError)) throw error
          expect(error.from).toBeGreaterThanOrEqual(0)
          expect(error.to).toBeLessThanOrEqual(text.length)
          expect(error.from).toBeLessThanOrEqual(error.to)
        }
      },
    ),
  )
})

describe("a formula", () => {
  test("groups as everybody learns it, and from the left", () => {
    expect(parseFormula("a + b * c - d")).toEqual({
      operation: "-",
      left: { operation: "+", left: "a", right: { operation: "*", left: "b", right: "c" } },
      right: "d",
    })
    expect(printFormula(parseFormula("((a)-(b-(c)))/(2)"))).toBe("(a - (b - c)) / 2")
  })

  test("has the names of metrics as they are, in quotes where they need them", () => {
    expect(parseFormula("hall.it_2.power")).toBe("hall.it_2.power")
    expect(parseFormula('"hall-2/it power"')).toBe("hall-2/it power")
    expect(parseFormula("a-b")).toEqual({ operation: "-", left: "a", right: "b" })
    expect(printFormula({ operation: "+", left: "a-b", right: "2nd.floor" })).toBe('"a-b" + "2nd.floor"')
    expect(parseFormula("max")).toBe("max")
    expect(parseFormula("größe.µ")).toBe("größe.µ")
  })

  test("has numbers with a sign, functions and durations", () => {
    expect(parseFormula("a - -1.5e3")).toEqual({ operation: "-", left: "a", right: -1500 })
    expect(parseFormula("a -1")).toEqual({ operation: "-", left: "a", right: 1 })
    expect(parseFormula("throttle(max(a, .5), 1min)")).toEqual({
      operation: "throttle",
      cooldown_period: "1min",
      input: { operation: "max", inputs: ["a", 0.5] },
    })
  })

  test.for<[string, string, string]>([
    ["", "value", ""],
    ["a +", "value", ""],
    ["a b", "operator", "b"],
    ["(a + b", "closing", "("],
    ["a)", "closing", ")"],
    ["-a", "minus", "-"],
    ["avg(a)", "function", "avg"],
    ["min()", "arguments", ")"],
    ["min(a b)", "operator", "b"],
    ["throttle(a)", "arguments", ")"],
    ["throttle(a, 5)", "duration", "5"],
    ["throttle(a, 5parsecs)", "duration", "5parsecs"],
    ["5s + a", "value", "5s"],
    ['"a', "quote", '"a'],
    ['"" + a', "value", '""'],
    ["a ^ b", "character", "^"],
    ["1e999", "number", "1e999"],
    [`${"(".repeat(300)}a${")".repeat(300)}`, "depth", "("],
  ])("tells what is wrong with %s", ([text, problem, part]) => {
    expect(problemIn(text)).toEqual([problem, part])
  })

  test("that is very long is no trouble", () => {
    expect(problemIn(`a${"+a".repeat(60_000)}`)).toEqual(["length", expect.anything()])
    expect(problemIn(`a${"+a".repeat(40_000)}`)?.[0]).toBe("depth")
    expect(parseFormula(`sum(${Array(20_000).fill("a").join(",")})`)).toMatchObject({ operation: "sum" })
  })
})

describe("an expression", () => {
  test("names its inputs once each", () => {
    expect(combinatorInputs(parseFormula("(b + a) / b + min(c, 2, throttle(a, 5s))"))).toEqual(["b", "a", "c"])
  })

  test.for<[unknown, RegExp]>([
    [null, /^expression: expected the name/],
    ["", /^expression: expected the name/],
    [Number.NaN, /^expression: expected the name/],
    [{ operation: "^", left: "a", right: "b" }, /^expression\.operation: expected one of/],
    [{ operation: "+", left: "a" }, /^expression\.right: expected/],
    [{ operation: "min", inputs: [] }, /^expression\.inputs: expected a list/],
    [{ operation: "min", inputs: ["a", {}] }, /^expression\.inputs\[1\]\.operation/],
    [{ operation: "throttle", input: "a", cooldown_period: 5 }, /^expression\.cooldown_period: expected a duration/],
    [{ operation: "+", left: "a", right: "b", note: 1 }, /^expression: the key "note" is not known/],
  ])("that is none is told with its path: %j", ([value, message]) => {
    expect(() => readCombinatorExpression(value)).toThrow(message)
  })

  test("nested deeper than can be computed is refused, not a crash", () => {
    let deep: unknown = "a"
    for (let i = 0; i < 20_000; i++) deep = { operation: "+", left: deep, right: 1 }
    expect(() => readCombinatorExpression(deep)).toThrow(/more than 200 levels/)
  })
})
