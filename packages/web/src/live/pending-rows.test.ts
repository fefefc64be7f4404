import fc from "fast-check"
import { expect, test } from "vitest"
import { PendingRows } from "./pending-rows.js"

const columns = (points: readonly (readonly [number, number])[]) => ({
  times: BigInt64Array.from(points, ([time]) => BigInt(time)),
  values: Float64Array.from(points, ([, value]) => value),
})
const later = 10n ** 18n

test("points wait singly, and go when they are taken", () => {
  const rows = new PendingRows(0, 10)
  rows.add(columns([[1, 5] as const, [2, Number.NaN] as const]))
  expect(rows.take(0n)).toEqual([
    { timeNs: 1n, minimum: 5, mean: 5, maximum: 5, count: 1 },
    { timeNs: 2n, minimum: Number.NaN, mean: Number.NaN, maximum: Number.NaN, count: 1 },
  ])
  expect(rows.isEmpty).toBe(true)
  expect(rows.take(0n)).toEqual([])
})

test("rows of an interval are aligned to the epoch, and wait for its end", () => {
  const rows = new PendingRows(1, 10)
  const ms = 1_000_000
  rows.add(
    columns([
      [1.2 * ms, 5],
      [1.9 * ms, 1],
      [2 * ms, 7],
    ] as const),
  )
  rows.add(columns([[2.5 * ms, 9]] as const))
  expect(rows.take(0n)).toEqual([{ timeNs: 1_000_000n, minimum: 1, mean: 3, maximum: 5, count: 2 }])
  rows.add(columns([[2.9 * ms, 2]] as const))
  expect(rows.take(2_999_999n)).toEqual([])
  expect(rows.take(3_000_000n)).toEqual([{ timeNs: 2_000_000n, minimum: 2, mean: 6, maximum: 9, count: 3 }])
  expect(rows.leftOut).toBe(0)
})

test("times of today keep their interval to the nanosecond", () => {
  const rows = new PendingRows(1000, 10)
  const second = 1_795_154_400_000_000_000n
  rows.add({ times: BigInt64Array.of(second - 1n, second), values: Float64Array.of(1, 2) })
  expect(rows.take(later * 9n).map(({ timeNs, mean }) => [timeNs, mean])).toEqual([
    [second - 1_000_000_000n, 1],
    [second, 2],
  ])
})

test("beyond the limit neighbours are merged, and what is left out is counted", () => {
  const rows = new PendingRows(0, 4)
  rows.add(columns([1, 2, 3, 4, 5].map((time) => [time, time * 10] as const)))
  expect(rows.length).toBe(3)
  expect(rows.leftOut).toBe(2)
  rows.add(columns([[6, -1] as const]))
  expect(rows.take(0n)).toEqual([
    { timeNs: 1n, minimum: 10, mean: 15, maximum: 20, count: 2 },
    { timeNs: 3n, minimum: 30, mean: 35, maximum: 40, count: 2 },
    { timeNs: 5n, minimum: -1, mean: 24.5, maximum: 50, count: 2 },
  ])
  expect(rows.leftOut).toBe(0)
  rows.add(
    columns([
      [7, 1],
      [8, 2],
    ] as const),
  )
  expect(rows.take(0n).map(({ count }) => count)).toEqual([1, 1])
})

test("a lower limit holds for what waits already", () => {
  const rows = new PendingRows(0, 100)
  rows.add(columns(Array.from({ length: 50 }, (_, i) => [i + 1, i] as const)))
  rows.limitTo(10)
  expect(rows.length).toBeLessThanOrEqual(10)
  expect(rows.take(0n).reduce((sum, { count }) => sum + count, 0)).toBe(50)
})

test("whatever comes, the bound holds, and count, minimum, maximum and sum are those of all points", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: -100, max: 100 }))
  const chunks = fc.array(fc.array(point, { minLength: 1, maxLength: 40 }), { maxLength: 10 })
  fc.assert(
    fc.property(chunks, fc.integer({ min: 2, max: 30 }), fc.constantFrom(0, 0.5, 3), (all, limit, intervalMs) => {
      const rows = new PendingRows(intervalMs, limit)
      let single = 0
      let time = 0
      const values: number[] = []
      for (const chunk of all) {
        const points = chunk.map(([step, value]) => {
          time += step
          return [time, value] as const
        })
        values.push(...points.map(([, value]) => value))
        rows.add(columns(points))
        expect(rows.length).toBeLessThanOrEqual(limit)
      }
      const leftOut = rows.leftOut
      const taken = rows.take(later)
      for (const { count } of taken) single += count
      expect(single).toBe(values.length)
      if (intervalMs === 0) expect(leftOut).toBe(values.length - taken.length)
      if (values.length === 0) return
      expect(Math.min(...taken.map(({ minimum }) => minimum))).toBe(Math.min(...values))
      expect(Math.max(...taken.map(({ maximum }) => maximum))).toBe(Math.max(...values))
      const sum = taken.reduce((total, { mean, count }) => total + mean * count, 0)
      expect(sum).toBeCloseTo(
        values.reduce((total, value) => total + value, 0),
        6,
      )
    }),
  )
})
