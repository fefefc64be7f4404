import { expect, test } from "vitest"
import { Series, SLOTS } from "./series.js"

const second = 1_000_000_000n
const columns = (points: [bigint, number][]) => ({
  times: BigInt64Array.from(points.map(([time]) => time)),
  values: Float64Array.from(points.map(([, value]) => value)),
})

test("a slow metric has a bar for each point", () => {
  const series = new Series()
  series.add(
    columns([
      [0n, 1],
      [60n * second, 2],
      [120n * second, 3],
    ]),
  )
  expect(series.bars(10)).toEqual([1, 2, 3])
  expect(series.bars(2)).toEqual([2, 3])
  expect(series.rateHz()).toBeCloseTo(1 / 60)
  expect([series.timeNs, series.value, series.points]).toEqual([120n * second, 3, 3])
})

test("a fast metric has a bar for each second, and its rate is that of its points", () => {
  const series = new Series()
  series.add(columns(Array.from({ length: 1000 }, (_, index) => [(BigInt(index) * second) / 100n, index])))
  expect(series.bars(2)).toEqual([849.5, 949.5])
  expect(series.rateHz()).toBeCloseTo(100, 5)
})

test("the past is bounded", () => {
  const series = new Series()
  series.add(columns(Array.from({ length: 1000 }, (_, index) => [BigInt(index) * second, index])))
  expect(series.bars(1000)).toHaveLength(SLOTS)
})

test("without two times there is no rate, and a step back in time starts a new bar", () => {
  const series = new Series()
  expect(series.rateHz()).toBeNaN()
  series.add(
    columns([
      [5n * second, 1],
      [5n * second, 2],
    ]),
  )
  expect(series.rateHz()).toBeNaN()
  series.add(columns([[1n * second, 3]]))
  expect(series.bars(5)).toEqual([1.5, 3])
  expect(series.rateHz()).toBeNaN()
})
