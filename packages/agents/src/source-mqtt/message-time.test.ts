import { expect, test } from "vitest"
import { MessageTime, timeOf } from "./message-time.js"

test.each([
  [1772366400, "auto", "2026-03-01T12:00:00Z"],
  [1772366400.25, "auto", "2026-03-01T12:00:00.250Z"],
  [1772366400123, "auto", "2026-03-01T12:00:00.123Z"],
  ["1772366400123456", "auto", "2026-03-01T12:00:00.123456Z"],
  ["1772366400123456789", "auto", "2026-03-01T12:00:00.123456789Z"],
  ["1772366400", "ms", "1970-01-21T12:19:26.400Z"],
  ["2026-03-01T12:00:00+02:00", "auto", "2026-03-01T10:00:00Z"],
  ["2026-03-01T12:00:00", "iso", "2026-03-01T12:00:00Z"],
  [" 2026-03-01 12:00:00.5 ", "auto", "2026-03-01T12:00:00.500Z"],
] as const)("%s as %s", (value, format, iso) => {
  expect(timeOf(value, format).toIso()).toBe(iso)
})

test.each(["", "noon", "2026-13-01T00:00:00Z", null, {}, true, "1e9", Number.NaN, 1e300])("%s is no time", (value) => {
  expect(() => timeOf(value, "auto")).toThrow("is no time")
})

test("where it stands, and times that cannot be", () => {
  const read = (settings: object, text: string) =>
    new MessageTime({ format: "auto", ...settings }).read(text, () => JSON.parse(text)).toIso()
  expect(read({ json: "$.t" }, '{"t": 1772366400}')).toBe("2026-03-01T12:00:00Z")
  expect(read({ regex: "@(\\d+)" }, "5 @1772366400")).toBe("2026-03-01T12:00:00Z")
  expect(() => read({ json: "$.x" }, '{"t": 1}')).toThrow("nothing is no time")
  expect(() => read({ regex: "@(\\d+)" }, "5")).toThrow("is no time")
  expect(() => read({ json: "$.t" }, '{"t": 5}')).toThrow("the clock of the device is wrong")
  expect(() => read({ json: "$.t" }, '{"t": 4102444800}')).toThrow("the clock of the device is wrong")
})
