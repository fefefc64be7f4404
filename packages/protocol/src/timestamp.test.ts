import fc from "fast-check"
import { afterEach, describe, expect, test, vi } from "vitest"
import { Timedelta, Timestamp } from "./index.js"

const MIN = -(2n ** 63n)
const MAX = 2n ** 63n - 1n
const coded = (code: string) => expect.objectContaining({ name: "DataError", code })
const utc = (text: string) => BigInt(Date.parse(text)) * 1_000_000n

afterEach(() => vi.unstubAllEnvs())

describe("fromIso", () => {
  test.each<[string, bigint]>([
    ["2020-01-02T10:11:12Z", utc("2020-01-02T10:11:12Z")],
    ["20200102T101112z", utc("2020-01-02T10:11:12Z")],
    ["2020-01-02 10:11Z", utc("2020-01-02T10:11:00Z")],
    ["2020-01-02_10Z", utc("2020-01-02T10:00:00Z")],
    ["2020-01-02T1011Z", utc("2020-01-02T10:11:00Z")],
    ["2020-W01-3T00Z", utc("2020-01-01T00:00:00Z")],
    ["2020W013T00Z", utc("2020-01-01T00:00:00Z")],
    ["2020-W53-7T00Z", utc("2021-01-03T00:00:00Z")],
    ["2016-W01-1T00Z", utc("2016-01-04T00:00:00Z")],
    ["2020-123T00Z", utc("2020-05-02T00:00:00Z")],
    ["2020366T00Z", utc("2020-12-31T00:00:00Z")],
    ["2020-02-29T00Z", utc("2020-02-29T00:00:00Z")],
    ["2020-12-31T24:00Z", utc("2021-01-01T00:00:00Z")],
    ["20201231T240000,000Z", utc("2021-01-01T00:00:00Z")],
    ["2020-01-02T10:11:12+01:30", utc("2020-01-02T08:41:12Z")],
    ["2020-01-02T10:11:12-0130", utc("2020-01-02T11:41:12Z")],
    ["2020-01-02T10:11:12-00", utc("2020-01-02T10:11:12Z")],
    ["2020-01-02T10:11:12.5Z", utc("2020-01-02T10:11:12.500Z")],
    ["2020-01-02T10:11:12,123456789Z", utc("2020-01-02T10:11:12Z") + 123_456_789n],
    ["20200102T101112.1234567899Z", utc("2020-01-02T10:11:12Z") + 123_456_789n],
    ["1969-12-31T23:59:59.999999999Z", -1n],
    ["1677-09-21T00:12:43.145224192Z", MIN],
    ["2262-04-11T23:47:16.854775807Z", MAX],
  ])("%s", (text, ns) => {
    expect(Timestamp.fromIso(text).posixNs).toBe(ns)
    expect(Timestamp.fromIso8601(text).posixNs).toBe(ns)
  })

  test.each<[string, RegExp]>([
    ["2020-01-02T10:11:12", /time zone is missing: append Z .* \+01:00/],
    ["2020-01-02", /a date alone has no time and no zone/],
    ["2020-01-02T", /a date alone/],
    ["2020-01-02Z", /a date alone/],
    ["2020-01-02T10:11:12UTC", /"UTC" is no time zone/],
    ["2020-01-02T10:11:12 Z", /" Z" is no time zone/],
    ["2020-01-02T10:11:12+1", /"\+1" is no time zone/],
    ["2020-01-02T10:11:12+24:00", /more than a day/],
    ["2020-01-02T10:11:12+01:60", /more than a day/],
    ["2020-01-02T23:59:60Z", /leap seconds/],
    ["2020-01-02T23:59:61Z", /go to 59/],
    ["2020-01-02T23:60Z", /go to 59/],
    ["2020-01-02T24:00:01Z", /hours go to 23/],
    ["2020-01-02T24:00:00.000000001Z", /hours go to 23/],
    ["2020-01-02T25Z", /hours go to 23/],
    ["2020-01-02T1011:12Z", /the time must be/],
    ["2020-01-02T10:1112Z", /the time must be/],
    ["2020-01-02T10:11.5Z", /the time must be/],
    ["2020-01-02T10:11:12.Z", /the time must be/],
    ["2020-01-02T1Z", /the time must be/],
    ["2020-13-01T00Z", /no month 13/],
    ["2020-00-01T00Z", /no month 0/],
    ["2021-02-29T00Z", /month 2 of 2021 has no day 29/],
    ["2020-01-00T00Z", /no day 0/],
    ["2021-366T00Z", /2021 has no day 366/],
    ["2020-000T00Z", /no day 0/],
    ["2021-W53-1T00Z", /2021 has no week 53/],
    ["2020-W00-1T00Z", /no week 0/],
    ["2020-W01-8T00Z", /1 to 7/],
    ["2020-01T00Z", /write it as/],
    ["2020T00Z", /write it as/],
    ["20200102101112Z", /write it as/],
    ["", /write it as/],
    ["yesterday", /write it as/],
    ["2020-01-02T00Z".padEnd(1e6, " "), /write it as/],
  ])("refuses %s", (text, message) => {
    expect(() => Timestamp.fromIso(text)).toThrow(coded("timestamp-text"))
    expect(() => Timestamp.fromIso(text)).toThrow(message)
  })

  test("beyond int64 is an error", () => {
    expect(() => Timestamp.fromIso("2262-04-11T23:47:16.854775808Z")).toThrow(coded("time-range"))
    expect(() => Timestamp.fromIso("0001-01-01T00Z")).toThrow(coded("time-range"))
    expect(() => Timestamp.fromIso("9999-12-31T24Z")).toThrow(coded("time-range"))
  })

  test("gives back what toIso printed, and agrees with Date", () => {
    fc.assert(
      fc.property(fc.bigInt(MIN, MAX), (ns) => {
        expect(Timestamp.fromIso(new Timestamp(ns).toIso()).posixNs).toBe(ns)
      }),
    )
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1678-01-01"), max: new Date("2262-01-01"), noInvalidDate: true }),
        (date) => {
          expect(Timestamp.fromIso(date.toISOString()).toDate()).toEqual(date)
        },
      ),
    )
  })
})

describe("parse", () => {
  const now = Timestamp.fromIso("2026-11-23T00:00:00Z")

  test.each<[string, bigint]>([
    ["now", now.posixNs],
    ["epoch", 0n],
    ["-5min", now.posixNs - 300_000_000_000n],
    ["-1.5", now.posixNs - 1_500_000_000n],
    [" - 2 d ", now.posixNs - 172_800_000_000_000n],
    ["1700000000", 1_700_000_000_000_000_000n],
    ["1700000000.123456789", 1_700_000_000_123_456_789n],
    ["1.7e9", 1_700_000_000_000_000_000n],
    ["2020-01-02T00Z", utc("2020-01-02T00:00:00Z")],
    ["  2020-01-02T00Z\n", utc("2020-01-02T00:00:00Z")],
  ])("%j", (text, ns) => expect(Timestamp.parse(text, now).posixNs).toBe(ns))

  test.each(["", "Now", "nan", "inf", "--5min", "-", "-+5min", "5min", "1,5", "1_000"])("refuses %j", (text) => {
    expect(() => Timestamp.parse(text, now)).toThrow(coded("timestamp-text"))
  })

  test("takes the system's time for now", () => {
    const before = Timestamp.now()
    const parsed = Timestamp.parse("now")
    expect(parsed.isBefore(before)).toBe(false)
    expect(parsed.minus(before).s).toBeLessThan(10)
    expect(() => Timestamp.parse("-5m", now)).toThrow(coded("duration-text"))
  })
})

describe("printing", () => {
  test.each<[bigint, string]>([
    [0n, "1970-01-01T00:00:00Z"],
    [-1n, "1969-12-31T23:59:59.999999999Z"],
    [1_500_000_000n, "1970-01-01T00:00:01.500Z"],
    [1_000_001_000n, "1970-01-01T00:00:01.000001Z"],
    [1_000_000_010n, "1970-01-01T00:00:01.000000010Z"],
    [MIN, "1677-09-21T00:12:43.145224192Z"],
    [MAX, "2262-04-11T23:47:16.854775807Z"],
  ])("%d", (ns, iso) => {
    expect(new Timestamp(ns).toIso()).toBe(iso)
    expect(JSON.stringify({ time: new Timestamp(ns) })).toBe(`{"time":"${iso}"}`)
  })

  test.each([
    ["UTC", "[1595431800250000000] 2020-07-22 15:30:00.250+00:00"],
    ["Europe/Berlin", "[1595431800250000000] 2020-07-22 17:30:00.250+02:00"],
    ["America/St_Johns", "[1595431800250000000] 2020-07-22 13:00:00.250-02:30"],
    ["Asia/Kathmandu", "[1595431800250000000] 2020-07-22 21:15:00.250+05:45"],
  ])("in the zone %s", (zone, text) => {
    vi.stubEnv("TZ", zone)
    expect(String(new Timestamp(1_595_431_800_250_000_000n))).toBe(text)
  })
})

describe("making and taking apart", () => {
  test("posix seconds mean what they print as", () => {
    expect(Timestamp.fromPosixSeconds(1.1).posixNs).toBe(1_100_000_000n)
    expect(Timestamp.fromPosixSeconds(1700000000.123456).posixNs).toBe(1_700_000_000_123_456_000n)
    expect(Timestamp.fromPosixSeconds(-0.5).posixNs).toBe(-500_000_000n)
    expect(() => Timestamp.fromPosixSeconds(Number.NaN)).toThrow(coded("number"))
    expect(() => Timestamp.fromPosixSeconds(1e300)).toThrow(coded("time-range"))
  })

  test("dates", () => {
    expect(Timestamp.fromDate(new Date(-1)).posixNs).toBe(-1_000_000n)
    expect(new Timestamp(-1n).toDate().getTime()).toBe(-1)
    expect(() => Timestamp.fromDate(new Date(Number.NaN))).toThrow(coded("number"))
    expect(() => Timestamp.fromDate(new Date("9999-01-01"))).toThrow(coded("time-range"))
  })

  test("nanoseconds within int64, as bigint", () => {
    for (const ns of [MIN - 1n, MAX + 1n, 5 as unknown as bigint, "5" as unknown as bigint]) {
      expect(() => Timestamp.fromNs(ns)).toThrow(coded("time-range"))
    }
  })

  test("doubles as near as they can be", () => {
    const time = new Timestamp(1_700_000_000_123_456_789n)
    expect([time.posix, time.posixMs, time.posixUs]).toEqual([
      1700000000.1234567, 1700000000123.4568, 1700000000123456.8,
    ])
  })
})

describe("arithmetic", () => {
  const time = new Timestamp(10_000_000_000n)

  test("with durations and times", () => {
    expect(time.plus("5s").posixNs).toBe(15_000_000_000n)
    expect(time.plus(0.5).posixNs).toBe(10_500_000_000n)
    expect(time.minus(new Timedelta(1n)).posixNs).toBe(9_999_999_999n)
    expect(time.minus(new Timestamp(1n)).ns).toBe(9_999_999_999n)
    expect(time.mod("3s").ns).toBe(1_000_000_000n)
    expect(new Timestamp(-1n).mod("3s").ns).toBe(2_999_999_999n)
    expect(() => new Timestamp(MAX).plus("1ns")).toThrow(coded("time-range"))
    expect(() => time.mod(0)).toThrow(coded("division-by-zero"))
  })

  test("order", () => {
    const later = time.plus("1ns")
    expect([time.compare(later), later.compare(time), time.compare(time)]).toEqual([-1, 1, 0])
    expect([
      time.isBefore(later),
      time.isAfter(later),
      time.equals(later),
      time.equals(new Timestamp(time.posixNs)),
    ]).toEqual([true, false, false, true])
    expect(time).toEqual(new Timestamp(time.posixNs))
  })

  test("ago and fromNow lie on both sides of now", () => {
    expect(Timestamp.now().minus(Timestamp.ago("1h")).s).toBeCloseTo(3600, 0)
    expect(Timestamp.fromNow(60).minus(Timestamp.now()).s).toBeCloseTo(60, 0)
  })
})
