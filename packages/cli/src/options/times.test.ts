import { expect, test } from "vitest"
import { UsageError } from "../errors.js"
import { durationOf, rangeOf, timeOf } from "./times.js"

test("durations", () => {
  expect(durationOf("--timeout", "5").s).toBe(5)
  expect(durationOf("--timeout", "500ms").ms).toBe(500)
  for (const text of ["", "0", "-1s", "soon"]) expect(() => durationOf("--timeout", text)).toThrow(UsageError)
  expect(() => durationOf("--timeout", "soon")).toThrow(/^--timeout soon: expected a duration such as/)
})

test("times", () => {
  expect(timeOf("--timestamp", "2026-11-23T10:00:00.123456789Z").posixNs).toBe(1795428000123456789n)
  expect(timeOf("--timestamp", "epoch").posixNs).toBe(0n)
  expect(() => timeOf("--timestamp", "yesterday")).toThrow(/^--timestamp yesterday: expected an ISO 8601 time/)
})

test("times without a zone are those of this machine", () => {
  const local = (...parts: [number, number, number, number?, number?, number?]) => BigInt(new Date(...parts).getTime())
  expect(timeOf("--from", "2026-11-26").posixNs).toBe(local(2026, 10, 26) * 1_000_000n)
  expect(timeOf("--from", "2026-07-01T14:30").posixNs).toBe(local(2026, 6, 1, 14, 30) * 1_000_000n)
  expect(timeOf("--from", "2026-07-01 14:30:05.123456789").posixNs).toBe(
    local(2026, 6, 1, 14, 30, 5) * 1_000_000n + 123_456_789n,
  )
  for (const text of ["2026-02-30", "2026-13-01", "2026-11-26T25:00", "2026-11-26T"]) {
    expect(() => timeOf("--from", text)).toThrow(UsageError)
  }
})

test("a range has its begin before its end, both from the same now", () => {
  const { begin, end } = rangeOf({ from: "-1h", to: "now" })
  expect(end.minus(begin).s).toBe(3600)
  expect(() => rangeOf({ from: "now", to: "now" })).toThrow(/^--from now is not before --to now$/)
  expect(() => rangeOf({ from: "-1h", to: "soon" })).toThrow(/^--to soon: expected/)
})
