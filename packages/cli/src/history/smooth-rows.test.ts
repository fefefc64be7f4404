import fc from "fast-check"
import { expect, test } from "vitest"
import type { AggregateRows } from "../export/series.js"
import { smoothRows } from "./smooth-rows.js"

const S = 1_000_000_000n

/** Rows that begin at these seconds; each has its number as minimum, its double as maximum, and one point. */
function rows(seconds: readonly number[]): AggregateRows {
  return {
    times: BigInt64Array.from(seconds, (second) => BigInt(Math.round(second * 1000)) * 1_000_000n),
    minimum: Float64Array.from(seconds, (_, index) => index),
    maximum: Float64Array.from(seconds, (_, index) => index * 2),
    sum: Float64Array.from(seconds, (_, index) => index * 3),
    count: BigUint64Array.from(seconds, () => 1n),
    integralNs: Float64Array.from(seconds, (_, index) => index * 1e9),
    activeTimeNs: BigInt64Array.from(seconds, () => 1_000_000n),
  }
}

const secondsOf = ({ times }: AggregateRows) => Array.from(times, (timeNs) => Number(timeNs) / 1e9)

test("rows become as long as asked for, from whole multiples on", () => {
  const merged = smoothRows(rows([50, 60, 70, 80, 110, 120]), 30n * S, 0n)
  expect(secondsOf(merged)).toEqual([30, 60, 90, 120])
  expect([...merged.minimum]).toEqual([0, 1, 4, 5])
  expect([...merged.maximum]).toEqual([0, 6, 8, 10])
  expect([...merged.sum]).toEqual([0, 18, 12, 15])
  expect([...merged.count]).toEqual([1n, 3n, 1n, 1n])
  expect([...merged.integralNs]).toEqual([0, 6e9, 4e9, 5e9])
})

test("a length that is no multiple of the rows' gives the next below that is", () => {
  expect(secondsOf(smoothRows(rows([0, 10, 20, 30, 40]), 25n * S, 0n))).toEqual([0, 20, 40])
  expect(secondsOf(smoothRows(rows([0, 10, 20]), 15n * S, 0n))).toEqual([0, 10, 20])
})

test("rows that end before the begin are left out", () => {
  expect(secondsOf(smoothRows(rows([0, 10, 20, 30]), 10n * S, 15n * S))).toEqual([10, 20, 30])
  expect(secondsOf(smoothRows(rows([0, 10]), 10n * S, 100n * S))).toEqual([])
  expect(secondsOf(smoothRows(rows([]), 10n * S, 0n))).toEqual([])
})

test("points that came as rows are gathered as well", () => {
  expect(secondsOf(smoothRows(rows([0.3, 1.1, 1.9, 4.2, 4.9]), 2n * S, 0n))).toEqual([0, 4])
})

test("nothing is lost and nothing is added", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 300 }), (steps, length, asked) => {
      let at = 0
      const before = rows(
        steps.map((step) => {
          at += step * length
          return at
        }),
      )
      const after = smoothRows(before, BigInt(asked) * S, 0n)
      const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0)
      expect(after.count.reduce((a, b) => a + b, 0n)).toBe(BigInt(steps.length))
      expect(sum(after.sum)).toBe(sum(before.sum))
      expect(sum(after.integralNs)).toBe(sum(before.integralNs))
      expect(Math.max(...after.maximum)).toBe(Math.max(...before.maximum))
      expect(Math.min(...after.minimum)).toBe(Math.min(...before.minimum))
      expect([...after.times].every((timeNs, index) => index === 0 || timeNs > after.times[index - 1]!)).toBe(true)
    }),
  )
})
