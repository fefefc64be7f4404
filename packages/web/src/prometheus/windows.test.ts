import fc from "fast-check"
import { expect, test } from "vitest"
import { Course } from "./course.js"
import { pointStretch, type Stretch } from "./stretch.js"
import { rowsOf, stretchOf } from "./testing/memory-source.js"
import { Windows } from "./windows.js"

const summary = (stretch: Stretch, fromMs: number, toMs: number) => {
  const { minimum, maximum, sum, count, integral, active } = new Windows(stretch).read(fromMs, toMs)
  return { minimum, maximum, sum, count, integral, active }
}

test("a window of points counts those after its begin up to its end, and the time their values hold", () => {
  const points = stretchOf([
    [0, 5],
    [10, 1],
    [20, 3],
    [40, 2],
  ])
  expect(summary(points, 0, 20)).toEqual({ minimum: 1, maximum: 3, sum: 4, count: 2, integral: 40, active: 20 })
  expect(summary(points, 5, 30)).toEqual({ minimum: 1, maximum: 3, sum: 4, count: 2, integral: 55, active: 25 })
  expect(summary(points, 22, 30)).toMatchObject({ minimum: 2, maximum: 2, sum: 0, count: 0, integral: 16, active: 8 })
  expect(summary(points, -10, 0)).toMatchObject({ sum: 5, count: 1, active: 0 })
  expect(summary(points, 0, 5)).toMatchObject({ count: 0, active: 5 })
  expect(new Windows(points).read(40, 50).isKnown).toBe(false)
  expect(new Windows(stretchOf([])).read(0, 10).isKnown).toBe(false)
})

test("a row that reaches over a border counts by its part inside", () => {
  const rows = rowsOf(
    stretchOf([
      [0, 0],
      [5, 4],
      [10, 4],
      [15, 8],
      [20, 8],
    ]),
    0,
    20,
    10,
  )
  expect(summary(rows, 5, 15)).toMatchObject({ minimum: 4, maximum: 8, count: 2, integral: 60, active: 10 })
})

const points = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -1000, max: 1000 })), { maxLength: 60 })
  .map((steps) => {
    let ms = 0
    return steps.map(([step, value]) => {
      ms += step
      return [ms, value] as const
    })
  })
const span = fc
  .tuple(fc.integer({ min: -10, max: 1500 }), fc.integer({ min: 1, max: 1500 }))
  .map(([fromMs, length]) => [fromMs, fromMs + length] as const)

test("windows are what a plain sum over the points gives", () => {
  fc.assert(
    fc.property(points, span, (drawn, [fromMs, toMs]) => {
      const inside = drawn.filter(([ms]) => ms > fromMs && ms <= toMs)
      let [integral, active] = [0, 0]
      const held: number[] = []
      for (const [i, [ms, value]] of drawn.entries()) {
        const before = i === 0 ? ms : drawn[i - 1]![0]
        const covered = Math.min(ms, toMs) - Math.max(before, fromMs)
        if (covered > 0) {
          integral += value * covered
          active += covered
          held.push(value)
        }
      }
      const values = [...inside.map(([, value]) => value), ...held]
      const found = summary(stretchOf(drawn), fromMs, toMs)
      expect(found).toMatchObject({ count: inside.length, sum: inside.reduce((sum, [, value]) => sum + value, 0) })
      expect(found.minimum).toBe(Math.min(...values))
      expect(found.maximum).toBe(Math.max(...values))
      expect(found.active).toBeCloseTo(active, 6)
      expect(found.integral).toBeCloseTo(integral, 6)
    }),
  )
})

test("windows of rows that fit them are those of the points", () => {
  fc.assert(
    fc.property(
      points,
      fc.integer({ min: 1, max: 40 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 20 }),
      (drawn, step, from, n) => {
        const rows = rowsOf(stretchOf(drawn), 0, 3000, step)
        const [fromMs, toMs] = [from * step, (from + n) * step]
        const { integral, active, ...others } = summary(rows, fromMs, toMs)
        const expected = summary(stretchOf(drawn), fromMs, toMs)
        expect(expected).toMatchObject(others)
        expect(active).toBeCloseTo(expected.active, 6)
        expect(integral).toBeCloseTo(expected.integral, 6)
      },
    ),
  )
})

test("a counter rises along the line between its points, and counts from zero after a reset", () => {
  const counter = Course.ofCounter(
    stretchOf([
      [0, 100],
      [10, 110],
      [20, 130],
      [30, 5],
      [40, 15],
    ]),
  )
  expect(counter.read(0, 20)).toEqual({ change: 30, coveredMs: 20 })
  expect(counter.read(5, 15)).toEqual({ change: 15, coveredMs: 10 })
  expect(counter.read(15, 40)).toEqual({ change: 25, coveredMs: 25 })
  expect(counter.read(40, 100)).toEqual({ change: 0, coveredMs: 0 })
  expect(counter.read(-100, 0)).toEqual({ change: 0, coveredMs: 0 })
})

test("the course of a counter over rows is that over points, where rows begin and end with points", () => {
  const increases = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 30, maxLength: 100 })
  fc.assert(
    fc.property(increases, fc.integer({ min: 2, max: 9 }), (steps, row) => {
      let total = 0
      const drawn = steps.map((step, i) => {
        total += step
        return [i, total] as const
      })
      const rows = Course.ofCounter(rowsOf(stretchOf(drawn), 0, steps.length - 1, row))
      const end = Math.floor((steps.length - 1) / row) * row
      const expected = drawn[end]![1] - drawn[row]![1]
      expect(rows.read(row, end)).toEqual({ change: expected, coveredMs: end - row })
    }),
  )
})

test("a counter that falls and overtakes itself within a row counts from zero", () => {
  const counts = [100, 110, 120, 130, 20, 90, 200, 210, 220, 230, 240, 250, 260]
  const rows = rowsOf(stretchOf(counts.map((count, i) => [i, count] as const)), 0, 12, 4)
  // 130 at 3 is the last before the reset, 220 the value at 8.
  expect(Course.ofCounter(rows).read(0, 8).change).toBeLessThanOrEqual(220)
  expect(Course.ofCounter(rows).read(8, 12)).toEqual({ change: 40, coveredMs: 4 })
})

test("nothing changes where nothing is known", () => {
  const gap = pointStretch([0, 10, 100, 110], [1, 2, 50, 51], [0, 10, 10, 10])
  expect(Course.ofCounter(gap).read(0, 110)).toEqual({ change: 2, coveredMs: 20 })
  expect(Course.ofGauge(gap).read(10, 100)).toEqual({ change: 0, coveredMs: 0 })
  expect(pointStretch([0, 10], [Number.NaN, 2], [0, 10]).to).toEqual(Float64Array.of(10))
})
