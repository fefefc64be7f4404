import fc from "fast-check"
import { expect, test } from "vitest"
import { parseUnit, readableScale } from "./unit.js"

test("prefixes are told from units", () => {
  expect(parseUnit("kW")).toEqual({ symbol: "W", factor: 1000 })
  expect(parseUnit("mA")).toEqual({ symbol: "A", factor: 0.001 })
  for (const micro of ["µV", "μV", "uV"]) expect(parseUnit(micro)).toEqual({ symbol: "V", factor: 1e-6 })
  expect(parseUnit("MB/s")).toEqual({ symbol: "B/s", factor: 1e6 })
  for (const unit of ["", "%", "°C", "Pa", "m", "min", "T", "k", "kwatts", "W/m²"]) {
    expect(parseUnit(unit)).toEqual({ symbol: unit, factor: 1 })
  }
})

test("units are chosen so that values read well", () => {
  expect(readableScale("W", 25_000)).toEqual({ unit: "kW", factor: 0.001 })
  expect(readableScale("W", 9_999)).toEqual({ unit: "W", factor: 1 })
  expect(readableScale("kW", 25_000)).toEqual({ unit: "MW", factor: 0.001 })
  expect(readableScale("V", 0.002)).toEqual({ unit: "mV", factor: 1000 })
  expect(readableScale("B", 8.2e9)).toEqual({ unit: "GB", factor: 1e-9 })
  expect(readableScale("B/s", 0.01)).toEqual({ unit: "B/s", factor: 1 })
  for (const unit of ["%", "", "°C"]) expect(readableScale(unit, 1e9)).toEqual({ unit, factor: 1 })
  for (const size of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(readableScale("W", size)).toEqual({ unit: "W", factor: 1 })
  }
})

test("a scaled value is the same quantity, with one to four digits before the point", () => {
  const sizes = fc.double({ min: 1e-8, max: 1e17, noNaN: true })
  fc.assert(
    fc.property(fc.constantFrom("W", "kW", "mV", "Hz", "J"), sizes, (unit, size) => {
      const scale = readableScale(unit, size)
      const [before, after] = [parseUnit(unit), parseUnit(scale.unit)]
      expect(after.symbol).toBe(before.symbol)
      expect((size * scale.factor * after.factor) / (size * before.factor)).toBeCloseTo(1, 9)
      const base = size * before.factor
      if (base >= 1e-9 && base < 1e18) {
        expect(size * scale.factor).toBeGreaterThan(0.0999)
        expect(size * scale.factor).toBeLessThan(10_000)
      }
    }),
  )
})
