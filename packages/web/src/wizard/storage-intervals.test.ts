import fc from "fast-check"
import { expect, test } from "vitest"
import { defaultIntervals, intervalTexts, readIntervals } from "./storage-intervals.js"

const DAY = 86_400_000_000_000n

test("rows have 40 points at first, and a day or more at last", () => {
  expect(intervalTexts(defaultIntervals({ rate: 0.1 }))).toEqual({
    ...{ intervalMin: "400000ms", intervalMax: "400000000ms", intervalFactor: 10 },
  })
  expect(intervalTexts(defaultIntervals({ rate: 1e6 })).intervalMin).toBe("1ms")
  expect(intervalTexts(defaultIntervals({ interval: "1d" }))).toMatchObject({
    ...{ intervalMin: "3456000000ms", intervalMax: "3456000000ms" },
  })
  expect(defaultIntervals({ rate: -1 })).toEqual(defaultIntervals({ rate: 1 }))
})

test("whatever the rate, the defaults can be read, and the last row is the first one of a day or more", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (rate) => {
      const intervals = defaultIntervals({ rate })
      expect(readIntervals(intervalTexts(intervals))).toEqual(intervals)
      expect(intervals.maxNs >= DAY).toBe(true)
      expect(intervals.maxNs === intervals.minNs || intervals.maxNs / 10n < DAY).toBe(true)
    }),
  )
})

test("what cannot be rows of a database is refused", () => {
  const texts = (intervalMin: string, intervalMax = "1d", intervalFactor = 10) => ({
    intervalMin,
    intervalMax,
    intervalFactor,
  })
  expect(readIntervals(texts("1.5 s"))).toEqual({ minNs: 1_500_000_000n, maxNs: DAY, factor: 10 })
  for (const wrong of [
    texts("0s"),
    texts("-1s"),
    texts("x"),
    texts("2d"),
    texts("5ns"),
    texts("1s", "1d", 7),
    texts("1s", "3000d"),
  ]) {
    expect(() => readIntervals(wrong)).toThrow()
  }
})
