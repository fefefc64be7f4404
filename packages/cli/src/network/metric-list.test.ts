import { expect, test } from "vitest"
import { selectorsOf } from "./metric-list.js"

test("plain names become one list, other patterns an expression each, everything no selector", () => {
  expect(selectorsOf(["lab.a", "lab.b", "lab.a"])).toEqual([["lab.a", "lab.b"]])
  expect(selectorsOf(["*.cpu.usage", "lab.a", "/^x[^]/"])).toEqual([["lab.a"], "^[^.]*\\.cpu\\.usage$", "^x[^]"])
  expect(selectorsOf(["lab.a", "**"])).toEqual([undefined])
  expect(() => selectorsOf(["/(/"])).toThrow(/no regular expression/)
})

test("expressions of globs are in words that the original manager's engine knows, too", () => {
  for (const pattern of ["**.usage", "lab.**", "a**b", "lab.**.power"]) {
    const [selector] = selectorsOf([pattern])
    expect(selector).not.toContain("[^]")
    expect(new RegExp(String(selector)).test(pattern.replaceAll("**", "x.y"))).toBe(true)
  }
})
