import { describe, expect, expectTypeOf, test } from "vitest"
import { NonMonotonicTimestamps, TimeAggregate, Timedelta, Timestamp, TimeValue } from "./index.js"

const at = (ns: bigint) => new Timestamp(ns)
const fields = {
  timestamp: at(0n),
  minimum: 1,
  maximum: 5,
  sum: 6,
  count: 2,
  integralNs: 8e9,
  activeTime: Timedelta.from("4s"),
}

test("a TimeValue can be taken apart", () => {
  const [timestamp, value] = new TimeValue(at(5n), 1.5)
  expect([timestamp, value]).toEqual([at(5n), 1.5])
  expectTypeOf(timestamp).toEqualTypeOf<Timestamp>()
  expectTypeOf(value).toEqualTypeOf<number>()
})

describe("TimeAggregate", () => {
  test("means over time and over values", () => {
    const aggregate = new TimeAggregate(fields)
    expect([aggregate.meanIntegral, aggregate.meanSum, aggregate.mean, aggregate.integralS]).toEqual([2, 3, 2, 8])
  })

  test("without time covered the mean is that of the values, without either NaN", () => {
    const instant = new TimeAggregate({ ...fields, integralNs: 0, activeTime: Timedelta.from(0) })
    expect([instant.mean, instant.meanIntegral, instant.meanSum]).toEqual([3, Number.NaN, 3])
    const nothing = new TimeAggregate({ ...fields, sum: 0, count: 0, integralNs: 0, activeTime: Timedelta.from(0) })
    expect([nothing.mean, nothing.meanIntegral, nothing.meanSum]).toEqual([Number.NaN, Number.NaN, Number.NaN])
    const gap = new TimeAggregate({ ...fields, sum: 0, count: 0 })
    expect([gap.mean, gap.meanSum]).toEqual([2, Number.NaN])
  })

  test("of one value", () => {
    expect(TimeAggregate.fromValue(at(7n), -2)).toEqual(
      new TimeAggregate({
        timestamp: at(7n),
        minimum: -2,
        maximum: -2,
        sum: -2,
        count: 1,
        integralNs: 0,
        activeTime: Timedelta.from(0),
      }),
    )
  })

  test("of a value that has held since the one before", () => {
    const aggregate = TimeAggregate.fromValuePair(at(1_000_000_000n), at(3_000_000_000n), 4)
    expect(aggregate.timestamp).toEqual(at(1_000_000_000n))
    expect([aggregate.minimum, aggregate.maximum, aggregate.sum, aggregate.count]).toEqual([4, 4, 4, 1])
    expect([aggregate.integralNs, aggregate.integralS, aggregate.activeTime.s, aggregate.mean]).toEqual([8e9, 8, 2, 4])
  })

  test("times that do not increase are an error", () => {
    for (const after of [5n, 4n]) {
      const make = () => TimeAggregate.fromValuePair(at(5n), at(after), 1)
      expect(make).toThrow(NonMonotonicTimestamps)
      expect(make).toThrow(
        expect.objectContaining({ code: "non-monotonic", message: expect.stringContaining("is not after") }),
      )
    }
  })
})
