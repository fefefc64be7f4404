import fc from "fast-check"
import { expect, test } from "vitest"
import type { Row } from "../history/rows.js"
import { BinBuilder, type Span } from "./bins.js"

const BEGIN = 1_795_000_000_000_000_000n
const S = 1_000_000_000

const at = (seconds: number) => BEGIN + BigInt(Math.round(seconds * S))
const span = (seconds: number): Span => ({ beginNs: BEGIN, endNs: at(seconds) })
const points = (...list: [seconds: number, value: number][]) => ({
  times: BigInt64Array.from(list, ([seconds]) => at(seconds)),
  values: Float64Array.from(list, ([, value]) => value),
})
const row = (seconds: number, length: number, values: Partial<Row>): Row => ({
  timeNs: at(seconds),
  intervalNs: length * S,
  minimum: 1,
  maximum: 1,
  mean: 1,
  activeNs: length * S,
  ...values,
})
const list = (column: Float64Array) => [...column]

test("a value fills the columns back to the point before", () => {
  const builder = new BinBuilder(span(8), 8)
  builder.addPoints(points([-2, 9], [1, 1], [4, 2], [5.5, 4], [12, 5]))
  const { low, mean, high } = builder.build()
  expect(list(mean)).toEqual([1, 2, 2, 2, 4, 4.5, 5, 5])
  expect(list(low)).toEqual([1, 1, 2, 2, 2, 4, 5, 5])
  expect(list(high)).toEqual([1, 2, 2, 2, 4, 5, 5, 5])
})

test("gaps stay empty: before the first point, at NaN, and beyond the longest gap", () => {
  const builder = new BinBuilder(span(8), 8)
  builder.addPoints(points([2, 1], [3, Number.NaN], [4, 2], [8, 3]), 2 * S)
  expect(list(builder.build().mean)).toEqual([Number.NaN, Number.NaN, 1, 2, 2, Number.NaN, 3, 3])
})

test("rows are spread over the columns that they lie in", () => {
  const builder = new BinBuilder(span(4), 4)
  builder.addRows([
    row(-1, 2, { minimum: 0, mean: 1, maximum: 2 }),
    row(1, 2, { minimum: 2, mean: 3, maximum: 8 }),
    row(3, 2, { mean: Number.NaN, activeNs: 0 }),
  ])
  const { low, mean, high } = builder.build()
  expect(list(low)).toEqual([0, 2, 2, Number.NaN])
  expect(list(mean)).toEqual([1, 3, 3, Number.NaN])
  expect(list(high)).toEqual([2, 8, 8, Number.NaN])
})

test("a row without active time is a dot", () => {
  const builder = new BinBuilder(span(4), 4)
  builder.addRows([row(1, 3, { activeNs: 0, mean: 7, minimum: 7, maximum: 7 })])
  expect(list(builder.build().mean)).toEqual([Number.NaN, 7, Number.NaN, Number.NaN])
})

const series = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: -100, max: 100 })), { minLength: 2 })
  .map((steps) => {
    let time = -1000
    return steps.map(([step, value]): [number, number] => {
      time += step
      return [time / 100, value]
    })
  })

test("no peak is lost, whatever the number of columns", () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 300 }), (list, columns) => {
      const builder = new BinBuilder(span(50), columns)
      builder.addPoints(points(...list))
      const { low, mean, high } = builder.build()
      const seen = list.filter(([time], index) => {
        const before = list[index - 1]?.[0]
        return (time >= 0 && time < 50) || (before !== undefined && time >= 50 && before < 50)
      })
      const values = seen.map(([, value]) => value)
      const known = [...high].filter((value) => !Number.isNaN(value))
      if (values.length === 0) expect(known).toEqual([])
      else {
        expect(Math.max(...known)).toBe(Math.max(...values))
        expect(Math.min(...[...low].filter((value) => !Number.isNaN(value)))).toBe(Math.min(...values))
      }
      for (let column = 0; column < columns; column += 1) {
        if (Number.isNaN(mean[column]!)) continue
        expect(mean[column]!).toBeGreaterThanOrEqual(low[column]! - 1e-9)
        expect(mean[column]!).toBeLessThanOrEqual(high[column]! + 1e-9)
      }
    }),
  )
})

test("where everything is covered, the mean of the columns is the mean over time", () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 100 }), (list, columns) => {
      const covered: [number, number][] = [[-20, 0], ...list, [1e6, 3]]
      const builder = new BinBuilder(span(50), columns)
      builder.addPoints(points(...covered))
      let integral = 0
      for (const [index, [time, value]] of covered.entries()) {
        const before = covered[index - 1]?.[0] ?? 0
        integral += value * Math.max(0, Math.min(50, time) - Math.max(0, before))
      }
      const { mean } = builder.build()
      expect(mean.reduce((sum, value) => sum + value, 0) / columns).toBeCloseTo(integral / 50, 6)
    }),
  )
})
