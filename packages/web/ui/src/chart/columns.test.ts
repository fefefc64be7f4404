import { expect, test } from "vitest"
import type { Piece } from "../lib/cover.js"
import { Columns, readAt } from "./columns.js"

const forever = Number.POSITIVE_INFINITY

function rows(from: number, to: number, rowMs: number, offsets: number[], means: number[]): Piece {
  const mean = new Float64Array(means)
  const tile = { t0: 0, rowMs, raw: false, offsets: new Float64Array(offsets), bytes: 0, receivedAt: 0 }
  return { from, to, tile: { ...tile, min: mean.map((m) => m - 1), mean, max: mean.map((m) => m + 1) } }
}

function points(from: number, to: number, offsets: number[], values: number[]): Piece {
  const mean = new Float64Array(values)
  const tile = { t0: 0, rowMs: 0, raw: true, offsets: new Float64Array(offsets), bytes: 0, receivedAt: 0 }
  return { from, to, tile: { ...tile, min: mean, mean, max: mean } }
}

function drawn(pieces: Piece[], { width = 10, perMs = 1, maxGapMs = forever, factor = 1 } = {}): Columns {
  const columns = new Columns()
  columns.fill(width, { from: 0, perMs }, pieces, maxGapMs, factor)
  return columns
}
const NaNs = (count: number) => Array<number>(count).fill(Number.NaN)

test("rows hold from their begin for their length; a missing row is a gap", () => {
  const { mean, min, max } = drawn([rows(0, 10, 2, [0, 2, 6, 8], [1, 2, 3, 4])])
  expect([...mean]).toEqual([1, 1, 2, 2, Number.NaN, Number.NaN, 3, 3, 4, 4])
  expect([min[0], max[0]]).toEqual([0, 2])
})

test("many rows of one column keep their peaks and have their mean", () => {
  const { mean, min, max } = drawn([rows(0, 4, 1, [0, 1, 2, 3], [1, 9, 1, 1])], { width: 1, perMs: 0.25 })
  expect([min[0], mean[0], max[0]]).toEqual([0, 3, 10])
})

test("a raw point holds for the time before it", () => {
  expect([...drawn([points(0, 10, [0, 4, 8], [1, 2, 3])]).mean]).toEqual([2, 2, 2, 2, 3, 3, 3, 3, ...NaNs(2)])
})

test("but not for longer than the gap allows, and NaN makes a gap", () => {
  const gap = drawn([points(0, 10, [0, 2, 8], [1, 2, 3])], { maxGapMs: 3 })
  expect([...gap.mean]).toEqual([1.5, 2, ...NaNs(6), 3, Number.NaN])
  expect([...drawn([points(0, 10, [0, 2, 6, 8], [1, 2, Number.NaN, 3])]).mean].slice(2, 8)).toEqual([...NaNs(4), 3, 3])
})

test("points go on from tile to tile, and what both tiles have counts once", () => {
  const pieces = [points(0, 5, [0, 4, 8], [1, 2, 3]), points(5, 10, [4, 8, 9], [2, 3, 4])]
  expect([...drawn(pieces).mean].slice(0, 9)).toEqual([2, 2, 2, 2, 3, 3, 3, 3, 4])
})

test("the factor multiplies all", () => {
  const { min, mean, max } = drawn([rows(0, 10, 10, [0], [2])], { factor: 10 })
  expect([min[0], mean[0], max[0]]).toEqual([10, 20, 30])
})

test("a negative factor turns the band over", () => {
  const { min, mean, max } = drawn([rows(0, 10, 10, [0], [2])], { factor: -1 })
  expect([min[0], mean[0], max[0]]).toEqual([-3, -2, -1])
})

test("readings: rows by their length, points backwards and across tiles, nothing in a gap", () => {
  const row = [rows(0, 10, 2, [0, 2, 6], [1, 2, 3])]
  expect([0, 1.9, 2, 5, 6, 9].map((ms) => readAt(row, ms, forever)?.mean)).toEqual([1, 1, 2, undefined, 3, undefined])
  const raw = [points(0, 5, [0, 4], [1, 2]), points(5, 10, [4, 8], [2, 3])]
  expect([1, 4, 4.5, 6, 9].map((ms) => readAt(raw, ms, forever)?.mean)).toEqual([2, 2, 3, 3, undefined])
  expect(readAt(raw, 6, 3)).toBeUndefined()
})
