import { bindingSelects } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { lowerBound, matchesOf } from "./binding-matches.js"

const component = fc.constantFrom("a", "b", "ab", "a+b", "")
const names = fc
  .uniqueArray(
    fc.array(component, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(".")),
    { maxLength: 30 },
  )
  .map((list) => list.sort((a, b) => (a < b ? -1 : 1)))
const keys = fc
  .array(fc.oneof(component, fc.constantFrom("*", "#")), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join("."))

test("finds what a broker would select", () => {
  fc.assert(
    fc.property(keys, names, (key, list) => {
      const plain = list.flatMap((name, at) => (bindingSelects(key, name) ? [at] : []))
      expect(matchesOf(key, list)).toEqual(plain)
    }),
    { numRuns: 500 },
  )
})

test("the lower bound is where a name is or would be", () => {
  expect(["", "a", "b", "c", "d"].map((name) => lowerBound(["a", "c"], name))).toEqual([0, 0, 1, 1, 2])
})
