import { expect, test } from "vitest"
import { STRIP_MS, type StripPoint, stripSpan, withPast, withPoint } from "./strip.js"

const points = (...times: number[]): StripPoint[] => times.map((time) => ({ time, value: time }))
const times = (list: readonly StripPoint[]) => list.map(({ time }) => time)

test("points come in order, and what is too old goes", () => {
  expect(times(withPoint(points(1, 2), { time: 3, value: 0 }))).toEqual([1, 2, 3])
  const same = points(1, 2)
  expect(withPoint(same, { time: 2, value: 0 })).toBe(same)
  expect(times(withPoint(points(1, STRIP_MS), { time: 2 * STRIP_MS, value: 0 }))).toEqual([STRIP_MS, 2 * STRIP_MS])
  let many: readonly StripPoint[] = []
  for (let i = 0; i < 2000; i++) many = withPoint(many, { time: i, value: i })
  expect(many).toHaveLength(600)
  expect(many.at(-1)!.time).toBe(1999)
})

test("the past goes before what has come", () => {
  expect(times(withPast(points(5, 6), points(1, 4, 5, 9)))).toEqual([1, 4, 5, 6])
  expect(times(withPast([], points(1, 4)))).toEqual([1, 4])
})

test("a strip is two minutes long, or as long as there is something", () => {
  const now = 1_000_000
  expect(stripSpan(points(now - 2 * STRIP_MS, now), now)).toEqual({ from: now - STRIP_MS, to: now, isYoung: false })
  expect(stripSpan(points(now - 30_000), now)).toEqual({ from: now - 30_000, to: now, isYoung: true })
  expect(stripSpan(points(now), now)).toEqual({ from: now - 5_000, to: now, isYoung: true })
  expect(stripSpan([], now)).toEqual({ from: now - STRIP_MS, to: now, isYoung: false })
})
