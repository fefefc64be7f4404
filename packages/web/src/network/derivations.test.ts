import fc from "fast-check"
import { expect, test } from "vitest"
import { readDerivations } from "./derivations.js"

test("finds the inputs of expressions, at any depth and each once, and of aggregators", () => {
  const { inputs, outputs } = readDerivations({
    metrics: {
      pue: {
        expression: {
          operation: "/",
          left: { operation: "sum", inputs: ["it", "cooling", 5] },
          right: { operation: "throttle", cooldown_period: "1min", input: "it" },
        },
      },
      slow: { source: "fast", rate: 1 },
      copy: { expression: "it" },
      constant: { expression: 3 },
      odd: "it",
    },
  })
  expect(Object.fromEntries(inputs)).toEqual({ pue: ["it", "cooling"], slow: ["fast"], copy: ["it"] })
  expect(Object.fromEntries(outputs)).toEqual({ it: ["pue", "copy"], cooling: ["pue"], fast: ["slow"] })
})

test("any document is read without a complaint", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (entries) => {
      readDerivations({ metrics: entries } as never)
      readDerivations(entries as never)
    }),
  )
  let deep: object = { operation: "throttle", input: "x" }
  for (let i = 0; i < 10_000; i++) deep = { operation: "throttle", input: deep }
  expect(readDerivations({ metrics: { deep: { expression: deep as never } } }).inputs.size).toBe(0)
})
