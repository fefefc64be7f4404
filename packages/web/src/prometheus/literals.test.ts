import { expect, test } from "vitest"
import { parseDuration, parseNumber, parseString } from "./literals.js"

test("durations are sums of their units", () => {
  expect(parseDuration("1h30m")).toBe(5_400_000)
  expect(parseDuration("1y2w3d4h5m6s7ms")).toBe(31_536_000_000 + 14 * 86_400_000 + 3 * 86_400_000 + 14_706_007)
  expect(parseDuration("10ms")).toBe(10)
  for (const text of ["", "5", "m", "1.5h", "1 h", "-1s"]) expect(parseDuration(text)).toBeUndefined()
})

test("numbers are decimal, hexadecimal, special or durations", () => {
  const numbers = { "1": 1, "-1.5e3": -1500, "+.5": 0.5, "0x1F": 31, "1_000": 1000, Inf: Infinity, "-inf": -Infinity }
  for (const [text, value] of Object.entries({ ...numbers, "1m30s": 90 })) expect(parseNumber(text)).toBe(value)
  expect(parseNumber("NaN")).toBeNaN()
  expect(() => parseNumber("")).toThrow("is no number")
})

test("strings have the escapes of Go, and none between backticks", () => {
  expect(parseString(`"a.b"`)).toBe("a.b")
  expect(parseString(String.raw`"\"\\ \n \x41\u00b0\U0001F600\101"`)).toBe('"\\ \n A°😀A')
  expect(parseString(`'it\\'s'`)).toBe("it's")
  expect(parseString("`a\\.b`")).toBe("a\\.b")
  expect(() => parseString(String.raw`"a\.b"`)).toThrow("a backslash is written")
  expect(() => parseString(`"a`)).toThrow("has no end")
})
