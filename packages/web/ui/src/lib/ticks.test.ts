import fc from "fast-check"
import { expect, test } from "vitest"
import { DAY, logTicks, timeTicks, valueTicks } from "./ticks.js"
import { zoneOf } from "./zone.js"

const berlin = zoneOf("Europe/Berlin")
const walls = (times: number[]) => times.map((ms) => new Date(berlin.wall(ms)).toISOString().slice(5, 16))

test("value lines are at round numbers", () => {
  expect(valueTicks(60, 330, 6).values).toEqual([100, 150, 200, 250, 300])
  expect(valueTicks(-0.25, 0.25, 5)).toEqual({ values: [-0.2, -0.1, 0, 0.1, 0.2], step: 0.1 })
  expect(valueTicks(1, 1, 5).values).toEqual([])
})

test("there are never more value lines than asked for, and they are inside", () => {
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(
      number,
      fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
      fc.integer({ min: 2, max: 12 }),
      (low, size, most) => {
        const { values, step } = valueTicks(low, low + size, most)
        expect(values.length).toBeLessThanOrEqual(most + 1)
        const least = low - step * 1e-6 - Math.abs(low) * 1e-14
        for (const value of values) expect(value).toBeGreaterThanOrEqual(least)
      },
    ),
  )
})

test("time lines are at round times of the zone", () => {
  const from = Date.UTC(2026, 10, 22, 21)
  expect(walls(timeTicks(from, from + 12 * 3_600_000, 4, berlin).times)).toEqual([
    "11-23T00:00",
    "11-23T03:00",
    "11-23T06:00",
    "11-23T09:00",
  ])
  expect(walls(timeTicks(from, from + 30 * DAY, 5, berlin).times)).toEqual([
    "11-23T00:00",
    "11-30T00:00",
    "12-07T00:00",
    "12-14T00:00",
    "12-21T00:00",
  ])
  expect(walls(timeTicks(from, from + 100 * DAY, 5, berlin).times)).toEqual([
    "12-01T00:00",
    "01-01T00:00",
    "02-01T00:00",
    "03-01T00:00",
  ])
})

test("lines stay at round times across the change of clocks", () => {
  const from = Date.UTC(2026, 9, 24, 22)
  expect(walls(timeTicks(from, from + 25 * 3_600_000, 9, berlin).times)).toEqual(
    ["25T00", "25T03", "25T06", "25T09", "25T12", "25T15", "25T18", "25T21", "26T00"].map((text) => `10-${text}:00`),
  )
  const spring = Date.UTC(2026, 2, 29, 0)
  expect(walls(timeTicks(spring, spring + 3 * 3_600_000, 4, berlin).times)).toEqual([
    "03-29T01:00",
    "03-29T03:00",
    "03-29T04:00",
    "03-29T05:00",
  ])
})

test("a logarithmic axis has powers of ten, and 2 and 5 times them where there is room", () => {
  expect(logTicks(1, 1000, 20)).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
  expect(logTicks(0.5, 2000, 5)).toEqual([1, 10, 100, 1000])
  expect(logTicks(1e-3, 1e9, 5)).toEqual([1e-3, 1, 1e3, 1e6, 1e9])
  expect(logTicks(110, 180, 6)).toEqual([120, 140, 160, 180])
  expect([logTicks(0, 10, 5), logTicks(10, 1, 5)]).toEqual([[], []])
})
