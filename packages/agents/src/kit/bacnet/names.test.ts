import { expect, test } from "vitest"
import { parseObject, printObject, typeLabel, typeNumber, unitLabel } from "./names.js"

test("units have the labels of the standard", () => {
  expect([62, 48, 98, 95, 190, 234, 47_999].map(unitLabel)).toEqual([
    "degreesCelsius",
    "kilowatts",
    "percent",
    "noUnits",
    "microSiemens",
    "pH",
    "47999",
  ])
})

test("types are understood as they are commonly written", () => {
  expect(["analogInput", "analog-input", "0", "pulseConverter", "datePatternValue"].map(typeNumber)).toEqual([
    0, 0, 0, 24, 41,
  ])
  expect(["", "thermometer", "1024"].map(typeNumber)).toEqual([undefined, undefined, undefined])
  expect([0, 19, 61, 500].map(typeLabel)).toEqual(["analogInput", "multiStateValue", "auditLog", "500"])
})

test("objects are written in both usual ways", () => {
  expect(parseObject("analogValue:190")).toEqual({ type: 2, instance: 190 })
  expect(parseObject("analog-value,190")).toEqual({ type: 2, instance: 190 })
  expect(printObject({ type: 2, instance: 190 })).toBe("analogValue:190")
  expect(["analogValue", "analogValue:", "analogValue:x", "analogValue:9999999"].map(parseObject)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
