import { expect, test } from "vitest"
import { formatRate, formatSpan, formatValue } from "./numbers.js"

test("values", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [42, "42"],
    [12.3, "12.3000"],
    [1 / 3, "0.333333"],
    [123456.7, "123457"],
    [1234567.8, "1234568"],
    [123456789012, "123456789012"],
    [6.02e23, "6.0200e+23"],
    [1e-9, "1.0000e-9"],
    [-0.5, "-0.500000"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ]
  for (const [value, text] of cases) expect(formatValue(value)).toBe(text)
})

test("rates", () => {
  const cases: [number, string][] = [
    [1, "1"],
    [1 / 60, "0.0167"],
    [9.981, "9.98"],
    [999.6, "1k"],
    [12500, "12.5k"],
    [2.5e6, "2.5M"],
    [0, "–"],
    [Number.NaN, "–"],
  ]
  for (const [value, text] of cases) expect(formatRate(value)).toBe(text)
})

test("spans", () => {
  const cases: [number, string][] = [
    [0.31, "0.3 s"],
    [9.96, "10 s"],
    [99, "99 s"],
    [300, "5 min"],
    [7200, "2 h"],
    [86400 * 12, "12 d"],
    [-3, "-3.0 s"],
    [Number.NaN, "–"],
  ]
  for (const [value, text] of cases) expect(formatSpan(value)).toBe(text)
})
