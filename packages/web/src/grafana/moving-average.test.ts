import { HistoryResponse } from "@metricq/client"
import fc from "fast-check"
import { expect, test } from "vitest"
import { movingAverages } from "./moving-average.js"

const none = () => new Float64Array()

/** Rows of the mean `values[i]` for the time from `times[i - 1]` to `times[i]`, all of it active. */
function rows(times: number[], values: number[]): HistoryResponse {
  const lengths = times.map((time, i) => (i === 0 ? 0 : time - times[i - 1]!))
  const column = (value: number) => new Float64Array(times.length).fill(value)
  return new HistoryResponse({
    metric: "t.a",
    times: BigInt64Array.from(times, BigInt),
    values: none(),
    aggregates: {
      ...{ minimum: column(0), maximum: column(0), sum: column(0), count: new BigUint64Array(times.length).fill(1n) },
      integralNs: Float64Array.from(lengths, (length, i) => length * values[i]!),
      activeTimeNs: BigInt64Array.from(lengths, BigInt),
    },
    legacy: { minimum: none(), maximum: none(), average: none() },
    error: "",
  })
}

function points(times: number[], values: number[]): HistoryResponse {
  return new HistoryResponse({
    metric: "t.a",
    times: BigInt64Array.from(times, BigInt),
    values: Float64Array.from(values),
    aggregates: {
      ...{ minimum: none(), maximum: none(), sum: none(), integralNs: none() },
      ...{ count: new BigUint64Array(), activeTimeNs: new BigInt64Array() },
    },
    legacy: { minimum: none(), maximum: none(), average: none() },
    error: "",
  })
}

test("windows reach over the borders of rows, and must be known as a whole", () => {
  const response = rows([0, 10, 20, 30, 40], [99, 1, 2, 3, 4])
  expect(movingAverages(response, 10n)).toEqual({ times: [10n, 20n, 30n, 40n], values: [1, 2, 3, 4] })
  expect(movingAverages(response, 20n)).toEqual({ times: [20n, 30n], values: [2, 3] })
  expect(movingAverages(response, 24n).values).toEqual([(1 * 7 + 2 * 10 + 3 * 7) / 24, (2 * 7 + 3 * 10 + 4 * 7) / 24])
  expect(movingAverages(response, 100n).values).toEqual([])
})

test("points come as late as the original has them", () => {
  expect(movingAverages(points([0, 10, 20, 30], [1, 2, 3, 4]), 10n)).toEqual({ times: [10n, 20n], values: [3, 4] })
})

test("no rows, one row, one point, and NaN, which spoils no more than the windows it is in", () => {
  expect(movingAverages(rows([], []), 10n).values).toEqual([])
  expect(movingAverages(rows([5], [1]), 10n).values).toEqual([])
  expect(movingAverages(points([], []), 10n).values).toEqual([])
  expect(movingAverages(points([5], [1]), 10n).values).toEqual([])
  const values = movingAverages(rows([0, 10, 20, 30, 40], [0, Number.NaN, 2, 3, 4]), 10n).values
  expect(values).toEqual([Number.NaN, 2, 3, 4])
})

test("windows of any length are what adding up the slow way gives", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 500 }), (lengths, window) => {
      const times = [0]
      for (const length of lengths) times.push(times.at(-1)! + length)
      const values = times.map((_, i) => (i * 7) % 11)
      const expected: number[] = []
      for (let i = 1; i < times.length; i++) {
        const begin = (times[i - 1]! + times[i]!) / 2 - window / 2
        const end = begin + window
        if (begin < 0 || end > times.at(-1)!) continue
        let sum = 0
        for (let k = 1; k < times.length; k++) {
          sum += values[k]! * Math.max(0, Math.min(times[k]!, end) - Math.max(times[k - 1]!, begin))
        }
        expected.push(sum / window)
      }
      const found = movingAverages(rows(times, values), BigInt(window)).values
      expect(found.length).toBe(expected.length)
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 9)
    }),
  )
})
