import { expect, test } from "vitest"
import { quantity, quantityText } from "./quantity.js"

test("large and small values get a prefix where their unit takes one", () => {
  expect(quantity(1_899_123_456, "B")).toEqual(["1.899", "GB"])
  expect(quantity(-0.0012, "W")).toEqual(["−1.200", "mW"])
  expect(quantity(237.4, "W")).toEqual(["237.4", "W"])
  expect(quantity(9999, "B/s")).toEqual(["9999", "B/s"])
})

test("other units, and what is no number, stay", () => {
  expect(quantity(123_456, "kW")).toEqual(["123\u202f456", "kW"])
  expect(quantity(86_400, "s")).toEqual(["86\u202f400", "s"])
  expect(quantity(0, "B")).toEqual(["0", "B"])
  expect(quantity(Number.NaN, "W")).toEqual(["NaN", "W"])
  expect(quantity(null, "W")).toEqual(["", "W"])
  expect(quantity(1.25, "1")).toEqual(["1.250", ""])
  expect(quantity(undefined, undefined)).toEqual(["", ""])
})

test("a value and its unit are one text", () => {
  const texts = [quantityText(1_899_123_456, "B"), quantityText(1.25, "1"), quantityText(undefined, "W")]
  expect(texts).toEqual(["1.899 GB", "1.250", ""])
})
