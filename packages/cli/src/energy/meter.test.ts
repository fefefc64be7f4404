import type { Columns } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { Meter } from "./meter.js"

const BEGIN = 1_795_000_000_000_000_000n
const S = 1_000_000_000

/** Points at seconds after the begin. */
function columns(points: readonly (readonly [seconds: number, value: number])[]): Columns {
  return {
    times: BigInt64Array.from(points, ([seconds]) => BEGIN + BigInt(Math.round(seconds * S))),
    values: Float64Array.from(points, ([, value]) => value),
  }
}

const at = (seconds: number) => BEGIN + BigInt(Math.round(seconds * S))

test("a value holds for the time before its stamp, and is cut at begin and end", () => {
  const meter = new Meter(BEGIN)
  meter.add(
    columns([
      [-0.5, 1000],
      [0.5, 100],
      [1.5, 200],
    ]),
    at(2),
  )
  meter.add(columns([[2.5, 300]]), at(2))
  expect(meter.lastNs).toBe(at(2.5))
  expect(meter.finish(at(2))).toEqual({
    integral: 0.5 * 100 + 200 + 0.5 * 300,
    activeSeconds: 2,
    coverage: 1,
    minimum: 100,
    maximum: 300,
    mean: 200,
    points: 2,
  })
})

test("without points nothing is known", () => {
  const usage = new Meter(BEGIN).finish(at(10))
  expect(usage).toEqual({
    integral: 0,
    activeSeconds: 0,
    coverage: 0,
    minimum: Number.NaN,
    maximum: Number.NaN,
    mean: Number.NaN,
    points: 0,
  })
})

test("NaN and infinite values leave the time before them uncovered", () => {
  const meter = new Meter(BEGIN)
  meter.add(
    columns([
      [1, 10],
      [2, Number.NaN],
      [3, Number.POSITIVE_INFINITY],
      [4, 20],
    ]),
    at(0),
  )
  expect(meter.finish(at(4))).toMatchObject({ integral: 30, activeSeconds: 2, coverage: 0.5, maximum: 20, points: 3 })
})

test("no value holds for longer than the gap", () => {
  const meter = new Meter(BEGIN, 2 * S)
  meter.add(
    columns([
      [1, 10],
      [9, 10],
    ]),
    at(10),
  )
  expect(meter.finish(at(10))).toMatchObject({ integral: 30, activeSeconds: 3, coverage: 0.3 })
})

test("points that are not newer are left out", () => {
  const meter = new Meter(BEGIN)
  for (let i = 0; i < 2; i += 1) {
    meter.add(
      columns([
        [1, 10],
        [2, 10],
      ]),
      at(1.5),
    )
  }
  expect(meter.finish(at(2))).toMatchObject({ integral: 20, points: 1 })
})

/** The same by the definition, all points at once. */
function naive(points: readonly (readonly [number, number])[], end: number, gap: number): [number, number, number] {
  let [integral, active, count] = [0, 0, 0]
  for (const [index, [time, value]] of points.entries()) {
    const before = points[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY
    const held = Math.min(time, end) - Math.max(before, 0, time - gap)
    if (time >= 0 && time < end) count += 1
    if (held <= 0 || !Number.isFinite(value)) continue
    integral += value * held
    active += held
  }
  return [integral, active, count]
}

test("however points come in chunks and whatever the clock says, the sum is that of the definition", () => {
  const value = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY))
  const chunk = fc.record({
    points: fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), value), { maxLength: 5 }),
    now: fc.integer({ min: -10, max: 100 }),
  })
  const gaps = fc.option(fc.integer({ min: 1, max: 60 }), { nil: Number.POSITIVE_INFINITY })
  fc.assert(
    fc.property(fc.array(chunk), fc.integer({ min: 1, max: 100 }), gaps, (chunks, end, gap) => {
      const meter = new Meter(BEGIN, gap * S)
      const all: [number, number][] = []
      let time = -20
      for (const { points, now } of chunks) {
        const absolute = points.map(([step, each]): [number, number] => {
          time += step
          return [time, each]
        })
        all.push(...absolute)
        meter.add(columns(absolute), at(Math.min(now, end)))
      }
      const usage = meter.finish(at(end))
      const [integral, active, count] = naive(all, end, gap)
      expect(usage.integral).toBeCloseTo(integral, 6)
      expect(usage.activeSeconds).toBeCloseTo(active, 9)
      expect(usage.points).toBe(count)
      if (active > 0) {
        expect(usage.mean).toBeGreaterThanOrEqual(usage.minimum - 1e-9)
        expect(usage.mean).toBeLessThanOrEqual(usage.maximum + 1e-9)
      }
    }),
  )
})
