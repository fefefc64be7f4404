import fc from "fast-check"
import { expect, test } from "vitest"
import { type AxisSetting, isShowable, readAxis, writeAxis } from "./axis-setting.js"

test("an axis can be read by people", () => {
  expect(writeAxis({})).toBe("")
  expect(writeAxis({ zero: true })).toBe("zero")
  expect(writeAxis({ log: true, range: { low: 1, high: 1000 } })).toBe("log,1..1000")
  expect(readAxis("-2.5..1e3")).toEqual({ range: { low: -2.5, high: 1000 } })
})

test("what is written is read back", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
  fc.assert(
    fc.property(number, number, fc.boolean(), (a, b, log) => {
      const range = { low: Math.min(a, b), high: Math.max(a, b) }
      fc.pre(isShowable(range, log))
      const setting: AxisSetting = log ? { range, log } : { range }
      const read = readAxis(writeAxis(setting))
      expect(read.log).toBe(setting.log)
      expect(read.range?.low).toBeCloseTo(range.low, 15)
      expect(read.range?.high === range.high).toBe(true)
    }),
  )
})

test.each(["", "5", "5..", "..5", "5..5", "6..5", "1e999..2e999", "a..b", "0x1..0x2"])("%j is none", (text) => {
  expect(readAxis(text)).toEqual({})
})

test("a logarithm has no place for zero", () => {
  expect(readAxis("log,0..10")).toEqual({ log: true })
  expect(readAxis("log,zero")).toEqual({ log: true })
})
