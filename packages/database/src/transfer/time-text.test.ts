import { type DataError, Timestamp } from "@metricq/client"
import fc from "fast-check"
import { expect, test } from "vitest"
import { PointColumns } from "./point-columns.js"
import { isTimeText, TimeText } from "./time-text.js"

function nsOf(text: string, options?: ConstructorParameters<typeof TimeText>[0]): bigint {
  const time = new TimeText(options)
  time.read(text)
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos)
}

const iso = fc
  .tuple(
    fc.bigInt({ min: 0n, max: 9_223_300_000n }),
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom("T", " "),
    fc.constantFrom("Z", "+00:00", "+01:00", "-0330", "+14:00"),
    fc.nat(999_999_999),
  )
  .map(([seconds, digits, separator, zone, nanos]) => {
    const fraction = digits === 0 ? "" : `.${String(nanos).padStart(9, "0").slice(0, digits)}`
    return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", separator)}${fraction}${zone}`
  })

test("ISO times are read as Timestamp reads them, one after the other", () => {
  const time = new TimeText()
  fc.assert(
    fc.property(iso, (text) => {
      time.read(text)
      expect(BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos)).toBe(Timestamp.fromIso(text).posixNs)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ["2026-W48-1T10:00Z", "2026-11-23T10:00:00Z"],
  ["20261123T100000,25+0100", "2026-11-23T09:00:00.250Z"],
  ["2026-11-23T24:00:00Z", "2026-11-24T00:00:00Z"],
  [" 2026-11-23T10:00:00.1234567899Z ", "2026-11-23T10:00:00.123456789Z"],
  ["2026-11-23T10:00:00.5+01", "2026-11-23T09:00:00.500Z"],
])("%s", (text, same) => {
  expect(nsOf(text)).toBe(Timestamp.fromIso(same).posixNs)
})

test.each([
  ["1700000000", 1_700_000_000_000_000_000n],
  ["1700000000.5", 1_700_000_000_500_000_000n],
  ["1700000000123", 1_700_000_000_123_000_000n],
  ["1700000000123.25", 1_700_000_000_123_250_000n],
  ["1700000000123456", 1_700_000_000_123_456_000n],
  ["1700000000123456789", 1_700_000_000_123_456_789n],
  ["0", 0n],
  ["-1.5", -1_500_000_000n],
  ["1.", 1_000_000_000n],
])("the unit of %s is told by its size", (text, ns) => {
  expect(nsOf(text)).toBe(ns)
})

test("the unit is that of the first number, or the one that is set", () => {
  const time = new TimeText()
  time.read("1700000000000")
  expect(time.unit).toBe("ms")
  time.read("500")
  expect([time.seconds, time.nanos]).toEqual([0, 500_000_000])
  expect(nsOf("1700000000", { unit: "ns" })).toBe(1_700_000_000n)
  expect(nsOf("31536000000", { unit: "ms" })).toBe(31_536_000_000_000_000n)
})

test("a time without a zone is refused, or taken for UTC where that is asked for", () => {
  expect(() => nsOf("2026-11-23 10:00:00")).toThrow(/zone is missing/)
  expect(nsOf("2026-11-23 10:00:00.25", { utc: true })).toBe(Timestamp.fromIso("2026-11-23T10:00:00.25Z").posixNs)
  expect(nsOf("2026-11-23 10:00", { utc: true })).toBe(Timestamp.fromIso("2026-11-23T10:00:00Z").posixNs)
  expect(nsOf("2026-11-23T10:00:00-02:00", { utc: true })).toBe(Timestamp.fromIso("2026-11-23T12:00:00Z").posixNs)
})

test.each([
  "",
  "time",
  "2026-11-23",
  "2026-13-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-11-23T10:60:00Z",
  "0x10",
  "1e9",
])("%j is no time", (text) => {
  expect(() => nsOf(text)).toThrow(expect.objectContaining<Partial<DataError>>({ code: "timestamp-text" }))
  expect(isTimeText(text)).toBe(false)
})

test("what 64 bits do not hold is refused", () => {
  expect(() => nsOf("9223372037", { unit: "s" })).toThrow(expect.objectContaining({ code: "time-range" }))
  expect(() => nsOf("99999999999999999999999999")).toThrow(expect.objectContaining({ code: "time-range" }))
})

test("seconds and nanoseconds become one number, exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_223_372_035 }), fc.nat(999_999_999), (seconds, nanos) => {
      const points = new PointColumns()
      points.add(seconds, nanos, 1)
      expect(points.columns.times[0]).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanos))
    }),
    { numRuns: 2000 },
  )
})

test("columns grow", () => {
  const points = new PointColumns()
  for (let i = 0; i < 100; i += 1) points.add(i, 0, -i)
  expect(points.columns.times).toEqual(BigInt64Array.from({ length: 100 }, (_, i) => BigInt(i) * 1_000_000_000n))
  expect(points.columns.values).toEqual(Float64Array.from({ length: 100 }, (_, i) => -i))
})
