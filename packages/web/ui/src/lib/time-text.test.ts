import { expect, test } from "vitest"
import { clockText, fieldText, lengthText, nanoseconds } from "./time-format.js"
import { isRelative, parseTime, tidy } from "./time-text.js"
import { zoneOf } from "./zone.js"

const berlin = zoneOf("Europe/Berlin")
const now = Date.UTC(2026, 10, 25, 11, 30) // Wednesday 12:30 in Berlin
const wall = (text: string) => {
  const ms = parseTime(text, now, berlin)
  return ms === undefined ? undefined : new Date(berlin.wall(ms)).toISOString().slice(0, 19)
}

test.each([
  ["now", "2026-11-25T12:30:00"],
  ["now-6h", "2026-11-25T06:30:00"],
  ["now − 6 h", "2026-11-25T06:30:00"],
  ["-90m", "2026-11-25T11:00:00"],
  ["now-1d-6h", "2026-11-24T06:30:00"],
  ["now-1M", "2026-10-25T12:30:00"],
  ["now-2w", "2026-11-11T12:30:00"],
  ["startday", "2026-11-25T00:00:00"],
  ["endday", "2026-11-26T00:00:00"],
  ["startweek", "2026-11-23T00:00:00"],
  ["endmonth", "2026-12-01T00:00:00"],
  ["startyear-1y", "2025-01-01T00:00:00"],
  ["yesterday", "2026-11-24T00:00:00"],
  ["heute", "2026-11-25T00:00:00"],
  ["2026-11-20", "2026-11-20T00:00:00"],
  ["2026-11", "2026-11-01T00:00:00"],
  ["2026-11-20 07:00", "2026-11-20T07:00:00"],
  ["2026-11-20T07:00:00Z", "2026-11-20T08:00:00"],
  ["2026-11-20T07:00:00+05:30", "2026-11-20T02:30:00"],
  ["20.11.2026 07:15", "2026-11-20T07:15:00"],
  ["20.11.", "2026-11-20T00:00:00"],
  ["07:00", "2026-11-25T07:00:00"],
  ["1795606200000", "2026-11-25T12:30:00"],
  ["1795606200", "2026-11-25T12:30:00"],
])("%s", (text, expected) => {
  expect(wall(text)).toBe(expected)
})

test.each(["", "soon", "2026-02-30", "2026-13-01", "25:99", "now-", "now-6q", "1.2.3.4"])("%j is no time", (text) => {
  expect(parseTime(text, now, berlin)).toBeUndefined()
})

test("a day back over the change of clocks is the same time of day", () => {
  const after = Date.UTC(2026, 9, 25, 11)
  expect(new Date(berlin.wall(parseTime("now-1d", after, berlin) ?? 0)).toISOString()).toBe("2026-10-24T12:00:00.000Z")
  const march = Date.UTC(2026, 2, 31, 10)
  expect(new Date(berlin.wall(parseTime("now-1M", march, berlin) ?? 0)).toISOString()).toBe("2026-02-28T12:00:00.000Z")
})

test("what moves with the clock is kept as text", () => {
  expect(["now-6h", " now - 6h ", "startday", "2026-11-20", "1795606200000", ""].map(isRelative)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  expect(tidy(" now − 6h ")).toBe("now-6h")
})

test("what a field shows is read back", () => {
  for (const ms of [now, now + 17_000, now + 250]) expect(parseTime(fieldText(ms, berlin), now, berlin)).toBe(ms)
})

test("clocks have the digits that the scale can tell apart", () => {
  expect([60_000, 1000, 100, 3, 1].map((resolution) => clockText(now + 250, berlin, resolution))).toEqual([
    "12:30",
    "12:30:00",
    "12:30:00.2",
    "12:30:00.250",
    "12:30:00.250",
  ])
})

test("lengths and nanoseconds", () => {
  expect([51_000, 21_600_000, 20, 90_000, 129_600_000].map(lengthText)).toEqual([
    "51 s",
    "6 h",
    "20 ms",
    "90 s",
    "1.5 d",
  ])
  expect([now, 0.5, 1_795_606_200_000.25].map(nanoseconds)).toEqual([`${now}000000`, "500000", "1795606200000250000"])
})
