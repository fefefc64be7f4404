import fc from "fast-check"
import { expect, test } from "vitest"
import { timeTicks, type ZoneOffset } from "./time-ticks.js"

const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n
const span = (begin: string, end: string) => ({ beginNs: ns(begin), endNs: ns(end) })
const utc: ZoneOffset = () => 0
const labels = (begin: string, end: string, width = 80, zone = utc) =>
  timeTicks(span(begin, end), width, zone).map(({ label }) => label)

/** Central Europe in 2026: summer from 29 March to 25 October, 1:00 UTC. */
const berlin: ZoneOffset = (ms) =>
  ms >= Date.parse("2026-03-29T01:00Z") && ms < Date.parse("2026-10-25T01:00Z") ? 120 : 60

test("marks are as close as their labels fit", () => {
  expect(labels("2026-11-26T03:00Z", "2026-11-26T04:00Z")).toEqual([
    "03:00",
    "03:10",
    "03:20",
    "03:30",
    "03:40",
    "03:50",
  ])
  expect(labels("2026-11-26T03:00Z", "2026-11-26T04:00Z", 30)).toEqual(["03:00", "03:30"])
  expect(labels("2026-11-26T03:00:03Z", "2026-11-26T03:01:03Z")).toEqual([
    ...["03:00:10", "03:00:20", "03:00:30", "03:00:40", "03:00:50", "03:01:00"],
  ])
  expect(labels("2026-11-26T03:00:00.1Z", "2026-11-26T03:00:00.4Z", 50)).toEqual([
    ...["03:00:00.100", "03:00:00.200", "03:00:00.300"],
  ])
})

test("days, weeks from Monday on, months and years", () => {
  expect(labels("2026-11-24T05:00Z", "2026-11-27T05:00Z", 45)).toEqual(["2026-11-25", "2026-11-26", "2026-11-27"])
  expect(labels("2026-11-01T00:00Z", "2026-11-30T00:00Z", 70)).toEqual([
    ...["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"],
  ])
  expect(labels("2025-12-20T00:00Z", "2026-04-20T00:00Z", 60)).toEqual(["2026-01", "2026-02", "2026-03", "2026-04"])
  expect(labels("1999-05-01T00:00Z", "2003-05-01T00:00Z", 40)).toEqual(["2000", "2001", "2002", "2003"])
})

test("dates stand by each mark, in the clock of the zone", () => {
  const ticks = timeTicks(span("2026-11-25T21:30Z", "2026-11-26T00:30Z"), 40, berlin)
  expect(ticks.map(({ label, date }) => `${date} ${label}`)).toEqual([
    ...["2026-11-25 23:00", "2026-11-26 00:00", "2026-11-26 01:00"],
  ])
})

test("where clocks are changed, marks keep to their hours", () => {
  expect(labels("2026-03-28T20:00Z", "2026-03-29T08:00Z", 60, berlin)).toEqual([
    ...["22:00", "00:00", "04:00", "06:00", "08:00"],
  ])
  const back = timeTicks(span("2026-10-24T22:00Z", "2026-10-25T04:00Z"), 60, berlin)
  expect(back.map(({ label }) => label)).toEqual(["00:00", "01:00", "02:00", "03:00", "04:00"])
  expect(labels("2026-10-25T00:30Z", "2026-10-25T01:30Z", 60, berlin)).toEqual([
    ...["02:30", "02:40", "02:50", "02:00", "02:10", "02:20"],
  ])
})

test("marks lie in the span, in order, and their labels fit", () => {
  const begins = fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n })
  const lengths = fc.tuple(fc.bigInt({ min: 1n, max: 9n }), fc.integer({ min: 3, max: 18 }))
  const zones = fc.constantFrom(
    utc,
    berlin,
    () => -570,
    () => 345,
  )
  fc.assert(
    fc.property(begins, lengths, fc.integer({ min: 1, max: 250 }), zones, (beginNs, [digit, power], width, zone) => {
      const endNs = beginNs + digit * 10n ** BigInt(power)
      const ticks = timeTicks({ beginNs, endNs }, width, zone)
      let before = beginNs - 1n
      for (const { timeNs } of ticks) {
        expect(timeNs > before && timeNs < endNs).toBe(true)
        before = timeNs
      }
      const text = ticks.reduce((sum, { label }) => sum + label.length, 0)
      // The first mark can stand at the very begin, and neighbours can be a month of 28 days apart.
      expect(text).toBeLessThanOrEqual(width * 1.15 + 26)
    }),
  )
})
