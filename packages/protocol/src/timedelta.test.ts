import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { DataError, Timedelta } from "./index.js"

const S = 1_000_000_000n
const MIN = -(2n ** 63n)
const MAX = 2n ** 63n - 1n
const coded = (code: string) => expect.objectContaining({ name: "DataError", code })
const int64 = fc.bigInt(MIN, MAX)

describe("parse", () => {
  test.each<[string, bigint]>([
    ["1", S],
    ["+1", S],
    ["-1", -S],
    ["007", 7n * S],
    ["1.5", 1_500_000_000n],
    ["1,5s", 1_500_000_000n],
    ["-1.5s", -1_500_000_000n],
    ["-0.5s", -500_000_000n],
    ["-0,25 min", -15n * S],
    ["  1s", S],
    ["1 s ", S],
    ["\t1\ts\n", S],
    ["5 min", 300n * S],
    ["2 d", 172_800n * S],
    ["1day", 86_400n * S],
    ["2days", 172_800n * S],
    ["1 second", S],
    ["3seconds", 3n * S],
    ["1minute", 60n * S],
    ["2minutes", 120n * S],
    ["1h", 3600n * S],
    ["1hour", 3600n * S],
    ["1.5hours", 5400n * S],
    ["1ms", 1_000_000n],
    ["1millisecond", 1_000_000n],
    ["2milliseconds", 2_000_000n],
    ["1us", 1000n],
    ["1\u03bcs", 1000n],
    ["1\u00b5s", 1000n],
    ["1microsecond", 1000n],
    ["2microseconds", 2000n],
    ["1ns", 1n],
    ["1nanosecond", 1n],
    ["2nanoseconds", 2n],
    ["0.000000001", 1n],
    ["0.0000000011h", 3960n],
    ["9007199254.740993123", 9_007_199_254_740_993_123n],
    ["1.9999999999", 1_999_999_999n],
    ["-1.9ns", -1n],
  ])("%j", (text, ns) => {
    expect(Timedelta.parse(text).ns).toBe(ns)
    expect(Timedelta.fromString(text).ns).toBe(ns)
  })

  test.each([
    "",
    " ",
    "s",
    ".5s",
    "1.",
    "1.s",
    "--1",
    "+ 1",
    "- 1s",
    "1 2",
    "5m",
    "1 Minute",
    "1S",
    "1e3s",
    "1h30min",
    "1_000s",
    "1s s",
    "NaN",
  ])("refuses %j", (text) => expect(() => Timedelta.parse(text)).toThrow(coded("duration-text")))

  test("says what to write instead", () => {
    expect(() => Timedelta.parse("5m")).toThrow(/"5m": "m" is no unit of time: use ns, us, ms, s, min, h or d/)
    expect(() => Timedelta.parse("soon")).toThrow(/"soon" is no duration: write a number and a unit, as in 1.5s/)
  })

  test("refuses what int64 cannot hold, and absurd text, at once", () => {
    expect(() => Timedelta.parse("12345678901s")).toThrow(coded("time-range"))
    expect(() => Timedelta.parse("9".repeat(1e6))).toThrow(coded("duration-text"))
    expect(() => Timedelta.parse(`1${" ".repeat(1e6)}1`)).toThrow(coded("duration-text"))
  })
})

describe("printing", () => {
  test.each<[bigint, string, string]>([
    [90n * S, "90s", "90.0s"],
    [0n, "0d", "0.0s"],
    [-1500n, "-1500ns", "-0.0000015s"],
    [86_400n * S, "1d", "86400.0s"],
    [-7_200n * S, "-2h", "-7200.0s"],
    [600n * S, "10min", "600.0s"],
    [-500_000_000n, "-500ms", "-0.5s"],
    [1000n, "1\u03bcs", "0.000001s"],
    [MIN, "-9223372036854775808ns", "-9223372036.854775808s"],
  ])("%d ns", (ns, precise, seconds) => {
    const duration = new Timedelta(ns)
    expect([duration.preciseString, String(duration), JSON.stringify(duration)]).toEqual([
      precise,
      seconds,
      `"${precise}"`,
    ])
  })

  test("both forms are read back without loss", () => {
    fc.assert(
      fc.property(int64, (ns) => {
        expect(Timedelta.parse(new Timedelta(ns).preciseString).ns).toBe(ns)
        expect(Timedelta.parse(String(new Timedelta(ns))).ns).toBe(ns)
      }),
    )
  })
})

describe("making", () => {
  test("from numbers, which mean what they print as", () => {
    expect(Timedelta.fromSeconds(0.1).ns).toBe(100_000_000n)
    expect(Timedelta.fromSeconds(1e-9).ns).toBe(1n)
    expect(Timedelta.fromSeconds(2 / 3).ns).toBe(666_666_667n)
    expect(Timedelta.fromSeconds(-1.5).ns).toBe(-1_500_000_000n)
    expect(Timedelta.fromMs(0.000001).ns).toBe(1n)
    expect(Timedelta.fromUs(1.5).ns).toBe(1500n)
    expect(Timedelta.fromNs(7n).ns).toBe(7n)
    expect(Timedelta.fromSeconds(5e-324).ns).toBe(0n)
  })

  test("from whatever stands for a duration", () => {
    const duration = new Timedelta(5n)
    expect(Timedelta.from(duration)).toBe(duration)
    expect(Timedelta.from("5min").ns).toBe(300n * S)
    expect(Timedelta.from(2.5).ns).toBe(2_500_000_000n)
  })

  test("refuses what is none", () => {
    for (const seconds of [Number.NaN, Infinity, -Infinity])
      expect(() => Timedelta.from(seconds)).toThrow(coded("number"))
    for (const seconds of [1e10, 1e300]) expect(() => Timedelta.from(seconds)).toThrow(coded("time-range"))
    for (const ns of [MAX + 1n, MIN - 1n, 1 as unknown as bigint])
      expect(() => new Timedelta(ns)).toThrow(coded("time-range"))
    expect([new Timedelta(MAX).ns, new Timedelta(MIN).ns]).toEqual([MAX, MIN])
  })
})

test("units as doubles", () => {
  const duration = new Timedelta(1_234_567_890_123_456_789n)
  expect([duration.s, duration.ms, duration.us]).toEqual([1234567890.1234567, 1234567890123.4568, 1234567890123456.8])
})

describe("arithmetic", () => {
  const d = (ns: bigint) => new Timedelta(ns)

  test("sums, differences, opposites", () => {
    expect(d(5n).plus(d(7n)).minus("2ns").ns).toBe(10n)
    expect(d(5n).negated().ns).toBe(-5n)
    expect(() => d(MAX).plus(d(1n))).toThrow(coded("time-range"))
    expect(() => d(MIN).negated()).toThrow(coded("time-range"))
  })

  test("products and quotients are rounded to the nanosecond", () => {
    expect(d(S).times(0.7).ns).toBe(700_000_000n)
    expect(d(10n).times(0.25).ns).toBe(3n)
    expect(d(-10n).times(0.25).ns).toBe(-3n)
    expect(d(MAX).times(1).ns).toBe(MAX)
    expect(d(10n).dividedBy(4).ns).toBe(3n)
    expect(d(S).dividedBy(0.1).ns).toBe(10n * S)
    expect(d(S).dividedBy(1e-3).ns).toBe(1000n * S)
    expect(d(3n).dividedBy(d(2n))).toBe(1.5)
  })

  test.each([
    [7n, 2n, 3n, 1n],
    [-7n, 2n, -4n, 1n],
    [7n, -2n, -4n, -1n],
    [-7n, -2n, 3n, -1n],
    [6n, 3n, 2n, 0n],
    [-6n, 3n, -2n, 0n],
  ])("%d // %d", (a, b, quotient, rest) => {
    expect(d(a).floorDividedBy(d(b))).toBe(quotient)
    expect(d(a).floorDividedBy(Number(b)).ns).toBe(quotient)
    expect(d(a).mod(d(b)).ns).toBe(rest)
  })

  test("by zero, NaN or infinity is an error", () => {
    const one = d(1n)
    for (const divide of [
      () => one.dividedBy(0),
      () => one.dividedBy(d(0n)),
      () => one.floorDividedBy(-0),
      () => one.mod(0),
    ]) {
      expect(divide).toThrow(coded("division-by-zero"))
    }
    expect(() => one.times(Number.NaN)).toThrow(coded("number"))
    expect(() => one.dividedBy(Infinity)).toThrow(coded("number"))
  })

  test("order", () => {
    const list = [d(3n), d(-1n), d(2n)].sort((a, b) => a.compare(b))
    expect(list.map(({ ns }) => ns)).toEqual([-1n, 2n, 3n])
    expect([d(1n).compare(d(1n)), d(1n).equals(d(1n)), d(1n).equals(d(2n))]).toEqual([0, true, false])
    expect(d(1n)).toEqual(d(1n))
  })

  test("division is the reverse of multiplication, as far as it goes", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 40n), 2n ** 40n), fc.bigInt(1n, 1000n), (a, b) => {
        const divided = d(a).floorDividedBy(d(b))
        expect(divided * b + d(a).mod(d(b)).ns).toBe(a)
        expect(d(a * b).dividedBy(Number(b)).ns).toBe(a)
      }),
    )
  })
})

test("errors are DataErrors", () => expect(() => Timedelta.parse("")).toThrow(DataError))
