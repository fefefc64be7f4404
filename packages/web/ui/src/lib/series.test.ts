import { expect, test } from "vitest"
import { seriesOf } from "./series.js"

const ns = (ms: number) => String(ms * 1_000_000)

test("aggregates end where the next begins, and a gap stays empty", () => {
  const columns = { sum: [], count: [], integral: [], active: [] }
  const times = [0, 10, 40].map(ns)
  const series = seriesOf({
    ...{ mode: "aggregates", intervalNs: ns(10), times, min: [1, 2, 3], mean: [2, 3, 4], max: [3, 4, 5] },
    ...columns,
  })
  expect(series.times).toEqual([0, 10, 20, 20, 40, 50])
  expect(series.mean).toEqual([2, 2, 3, null, 4, 4])
  expect(series.max).toEqual([3, 3, 4, null, 5, 5])
})

test("points are what they are, and an error is nothing", () => {
  expect(seriesOf({ mode: "values", times: ["1500000"], values: [7] })).toEqual({
    ...{ times: [1.5], min: [7], mean: [7], max: [7] },
  })
  expect(seriesOf({ error: { code: "not-stored", message: "" } }).times).toEqual([])
})
