import { Timestamp, TimeValue } from "@metricq/protocol"
import { expect, test } from "vitest"
import { allowedAgeS, judge } from "./judge.js"

const now = Timestamp.fromIso("2026-11-26T03:00:00Z")
const ago = (seconds: number, value = 5) => new TimeValue(now.minus(seconds), value)
const rules = { factor: 10 }

test("the age allowed follows the declared interval, and what comes together", () => {
  expect(allowedAgeS({ rate: 1 }, rules)).toBe(20)
  expect(allowedAgeS({ interval: "1min", chunkSize: 2 }, rules)).toBe(1210)
  expect(allowedAgeS({ interval: "1min", chunkSize: 2 }, { factor: 3 })).toBe(370)
  expect(allowedAgeS({}, rules)).toBe(3600)
  expect(allowedAgeS({ rate: 1 }, { factor: 10, maxAgeS: 7 })).toBe(7)
})

test("a metric can be dead and non-finite at once", () => {
  const recent = { times: BigInt64Array.of(1n, 2n, 3n), values: Float64Array.of(1, Number.NaN, Number.NaN) }
  expect(judge("a", { rate: 1 }, { last: ago(100, Number.NaN), recent }, now, rules)).toEqual([
    expect.objectContaining({ problem: "dead", ageSeconds: 100, allowedSeconds: 20 }),
    expect.objectContaining({ problem: "non-finite", detail: "2 of the last 3 points are no numbers" }),
  ])
})

test("the last value alone counts where no others are known", () => {
  expect(judge("a", {}, { last: ago(1, Number.NEGATIVE_INFINITY) }, now, rules)).toEqual([
    expect.objectContaining({ problem: "non-finite", detail: "1 of the last 1 points are no numbers" }),
  ])
})

test("nothing stored is missing, and what is archived need not go on", () => {
  expect(judge("a", { rate: 1 }, { last: undefined }, now, rules)).toEqual([
    { metric: "a", problem: "missing", detail: "no points are stored" },
  ])
  expect(judge("a", { rate: 1, archived: "2026-01-01" }, { last: ago(1e6) }, now, rules)).toEqual([])
  expect(judge("a", { rate: 1 }, { last: ago(5) }, now, rules)).toEqual([])
})
