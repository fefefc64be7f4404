import { expect, test } from "vitest"
import { integralUnit, namedIntegral } from "./integral.js"

test("watts with any prefix give joules", () => {
  expect(namedIntegral("W")).toEqual({ unit: "J", factor: 1 })
  expect(namedIntegral("kW")).toEqual({ unit: "J", factor: 1000 })
  expect(namedIntegral("mW")).toEqual({ unit: "J", factor: 0.001 })
})

test("things per second give things", () => {
  expect(namedIntegral("MB/s")).toEqual({ unit: "MB", factor: 1 })
  expect(namedIntegral("1/s")).toEqual({ unit: "", factor: 1 })
})

test("of others the integral is in the unit times a second", () => {
  for (const unit of ["°C", "%", "", "VA", "W/m²"]) expect(namedIntegral(unit)).toBeUndefined()
  expect(integralUnit("°C")).toEqual({ unit: "°C·s", factor: 1 })
  expect(integralUnit("")).toEqual({ unit: "s", factor: 1 })
  expect(integralUnit("kW")).toEqual({ unit: "J", factor: 1000 })
})
