import fc from "fast-check"
import { expect, test } from "vitest"
import { findJsonFault } from "./json-fault.js"

test("the place and what could have stood there", () => {
  const cases: [text: string, index: number, expected: string][] = [
    ["", 0, "a value"],
    ['{"a": 1,}', 8, "a key in double quotes"],
    ['{"a": 1 "b": 2}', 8, "a comma or }"],
    ["{a: 1}", 1, "a key in double quotes or }"],
    ['{"a" 1}', 5, "a colon"],
    ["[1 2]", 3, "a comma or ]"],
    ["[1,]", 3, "a value"],
    ['{"a": 01}', 6, "a value"],
    ['{"a": .5}', 6, "a value"],
    ['{"a": "open}', 6, "a value"],
    ["{} {}", 3, "nothing more"],
    ["[1", 2, "a comma or ]"],
    ['["a\\x"]', 1, "a value or ]"],
    ["nul", 0, "a value"],
  ]
  for (const [text, index, expected] of cases) expect(findJsonFault(text), text).toEqual({ index, expected })
})

test("what the engine parses has no fault, and what it refuses has one", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", '"', "x", "\\", " "), (text, at, piece) => {
      expect(findJsonFault(text)).toBeUndefined()
      const index = at % (text.length + 1)
      const changed = text.slice(0, index) + piece + text.slice(index + 1)
      expect(findJsonFault(changed) === undefined).toBe(parses(changed))
    }),
    { numRuns: 2000 },
  )
})

test("a long string does not exhaust the expression's stack", () => {
  expect(findJsonFault(JSON.stringify("x".repeat(5_000_000)))).toBeUndefined()
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
