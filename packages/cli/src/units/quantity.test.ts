import { expect, test } from "vitest"
import { formatQuantity, formatShare } from "./quantity.js"

test("quantities have the prefix that reads well", () => {
  expect(formatQuantity(25_300, "W")).toBe("25.3000 kW")
  expect(formatQuantity(-25_000, "W")).toBe("-25 kW")
  expect(formatQuantity(21.5, "°C")).toBe("21.5000 °C")
  expect(formatQuantity(7, "")).toBe("7")
  expect(formatQuantity(Number.NaN, "W")).toBe("–")
})

test("only the whole is 100 %, and only nothing is 0 %", () => {
  expect([1, 0.99999, 0.998, 0.5, 0.1234, 0.00001, 0, Number.NaN].map(formatShare)).toEqual([
    ...["100 %", "99.9 %", "99.8 %", "50 %", "12.3 %", "0.1 %", "0 %", "–"],
  ])
})
