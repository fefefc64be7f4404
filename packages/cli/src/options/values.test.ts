import { expect, test } from "vitest"
import { parseCount, parsePort, parseValue } from "./values.js"

test("ports and counts", () => {
  expect(parsePort("0")).toBe(0)
  expect(parsePort("65535")).toBe(65535)
  for (const text of ["65536", "-1", "", "1.5", "0x10", "1e3"]) expect(() => parsePort(text)).toThrow(/Expected/)
  expect(parseCount("1")).toBe(1)
  expect(() => parseCount("0")).toThrow(/1 or more/)
})

test("values", () => {
  expect(parseValue("42.5")).toBe(42.5)
  expect(parseValue("-1e-3")).toBe(-0.001)
  expect(parseValue("nan")).toBeNaN()
  expect(parseValue("-inf")).toBe(Number.NEGATIVE_INFINITY)
  expect(parseValue("Infinity")).toBe(Number.POSITIVE_INFINITY)
  for (const text of ["", " ", "0x10", "1,5", "one", "1e"]) expect(() => parseValue(text)).toThrow(/Expected a number/)
})
