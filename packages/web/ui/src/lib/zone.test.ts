import fc from "fast-check"
import { expect, test } from "vitest"
import { zoneOf } from "./zone.js"

const berlin = zoneOf("Europe/Berlin")

test("wall time and instant", () => {
  expect(berlin.wall(Date.UTC(2026, 6, 1))).toBe(Date.UTC(2026, 6, 1, 2))
  expect(berlin.instant(Date.UTC(2026, 0, 1))).toBe(Date.UTC(2025, 11, 31, 23))
})

test("the hour that comes twice means its first, the hour that is skipped the time after it", () => {
  expect(berlin.instant(Date.UTC(2026, 9, 25, 2, 30))).toBe(Date.UTC(2026, 9, 25, 0, 30))
  expect(new Date(berlin.wall(berlin.instant(Date.UTC(2026, 2, 29, 2, 30)))).getUTCHours()).toBeOneOf([1, 3])
})

test("zones that nobody knows are UTC", () => {
  expect(zoneOf("Mars/Base").name).toBe("UTC")
})

test.each(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"])(
  "%s: there and back",
  (name) => {
    const zone = zoneOf(name)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
        expect(zone.wall(zone.instant(zone.wall(ms)))).toBe(zone.wall(ms))
      }),
      { numRuns: 200 },
    )
  },
)
