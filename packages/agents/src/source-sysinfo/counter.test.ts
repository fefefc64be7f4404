import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Counter, counterDeltas } from "./counter.js"

const RANGE_32 = 2 ** 32

describe("counterDeltas", () => {
  test("tells the increase", () => {
    expect(counterDeltas([10, 20], [15, 20])).toEqual([5, 0])
  })

  test("continues a 32-bit counter that has run over while another went on", () => {
    expect(counterDeltas([RANGE_32 - 100, 5000], [50, 5001])).toEqual([150, 1])
  })

  test("takes a device whose counters all fell for one that was set back", () => {
    expect(counterDeltas([RANGE_32 - 100, 5000], [50, 1])).toEqual([undefined, undefined])
    expect(counterDeltas([RANGE_32 - 100, 5000], [0, 0])).toEqual([undefined, undefined])
  })

  test("takes a counter that was never near the end of 32 bits, or beyond it, for one that was set back", () => {
    expect(counterDeltas([1_000_000, 7], [10, 8])).toEqual([undefined, 1])
    expect(counterDeltas([RANGE_32 + 100, 7], [10, 8])).toEqual([undefined, 1])
  })

  test("goes by the range that the device tells, also for a counter that is alone", () => {
    expect(counterDeltas([262_143_000_000], [671_150], 262_143_328_850)).toEqual([1_000_000])
    expect(counterDeltas([4_000_000_000], [100])).toEqual([undefined])
  })

  test("tells nothing of counters that are missing", () => {
    expect(counterDeltas([Number.NaN, 1], [5, Number.NaN])).toEqual([undefined, undefined])
    expect(counterDeltas([], [5])).toEqual([undefined])
  })

  test("is never negative and never more than half of a range that was run over", () => {
    const counters = fc.array(
      fc.nat(2 ** 31 - 1).map((n) => n * 2),
      { minLength: 4, maxLength: 4 },
    )
    fc.assert(
      fc.property(counters, counters, (before, now) => {
        counterDeltas(before, now).forEach((delta, i) => {
          if (delta === undefined) return
          expect(delta).toBeGreaterThanOrEqual(0)
          if ((now[i] ?? 0) < (before[i] ?? 0)) expect(delta).toBeLessThanOrEqual(RANGE_32 / 2)
        })
      }),
    )
  })
})

describe("Counter", () => {
  test("gives nothing for the first reading, then the time that really passed", () => {
    const counter = new Counter(0.5)
    expect(counter.step([100], 1000)).toBeUndefined()
    expect(counter.step([160], 2500)).toEqual({ deltas: [60], elapsedS: 1.5 })
  })

  test("a reading that comes too soon is left out, and nothing of it is lost", () => {
    const counter = new Counter(0.5)
    counter.step([100], 1000)
    expect(counter.step([130], 1100)).toBeUndefined()
    expect(counter.step([160], 2000)).toEqual({ deltas: [60], elapsedS: 1 })
  })

  test("goes on after it was set back", () => {
    const counter = new Counter(0)
    counter.step([5000], 1000)
    expect(counter.step([10], 2000)).toEqual({ deltas: [undefined], elapsedS: 1 })
    expect(counter.step([25], 3000)).toEqual({ deltas: [15], elapsedS: 1 })
  })

  test("a clock that stands still gives no infinite rate", () => {
    const counter = new Counter(0)
    counter.step([1], 1000)
    expect(counter.step([2], 1000)).toBeUndefined()
  })
})
