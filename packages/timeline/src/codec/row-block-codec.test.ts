import fc from "fast-check"
import { expect, test } from "vitest"
import type { RowBlock } from "../row-block.js"
import { shapedOffsets, shapedValues, stepShapes, valueShapes } from "../testing/column-shapes.js"
import { referencePoints } from "../testing/reference-data.js"
import { referenceRows } from "../testing/reference-rows.js"
import { firstDifference } from "../testing/same-columns.js"
import { decodeRowBlock, encodeRowBlock } from "./row-block-codec.js"

const columns = ["rows", "minimum", "maximum", "sum", "count", "integral", "activeNs"] as const

function expectBack(block: RowBlock): void {
  const back = decodeRowBlock(encodeRowBlock(block))
  for (const column of columns) expect([column, firstDifference(back[column], block[column])]).toEqual([column, -1])
}

function mixedRows(length: number, seed: number, first = 0): RowBlock {
  const shapes = Object.keys(valueShapes)
  const column = (nth: number) => shapedValues(shapes[(Math.abs(seed) + 5 * nth) % shapes.length]!, seed + nth, length)
  const steps = Object.keys(stepShapes)
  return {
    rows: shapedOffsets(steps[Math.abs(seed) % steps.length]!, seed, length, first),
    minimum: column(0),
    maximum: column(1),
    sum: column(2),
    count: column(3),
    integral: column(4),
    activeNs: column(5),
  }
}

test("rows come back, of every count up to 300", () => {
  for (let length = 1; length <= 300; length++) expectBack(mixedRows(length, length))
})

test("rows of any kind come back", () => {
  const property = fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(), (length, seed) => {
    expectBack(mixedRows(length, seed, 0 - seed))
  })
  fc.assert(property, { numRuns: 300 })
})

test.each([
  ["reference", {}, 7],
  ["jittered", { jittered: true }, 10.9],
  ["inexact", { inexact: true }, 7.1],
])("a row of 300 points of the %s data set takes few bytes", (_, variant, bound) => {
  const rows = referenceRows(referencePoints(1, 0, 512 * 300 + 1, variant), 300, 53_333_333)
  expectBack(rows)
  expect(encodeRowBlock(rows).length / 512).toBeLessThan(bound)
})

test("a row of years comes back", () => {
  const row = (value: number) => Float64Array.of(value)
  expectBack({
    rows: row(51),
    minimum: row(Number.POSITIVE_INFINITY),
    maximum: row(Number.NEGATIVE_INFINITY),
    sum: row(0),
    count: row(0),
    integral: row(3.1536e18 + 512),
    activeNs: row(31_536_000_000_000_000),
  })
})

test("columns of unequal length and rows that do not rise are refused", () => {
  const rows = mixedRows(3, 1)
  const refusal = expect.objectContaining({ name: "DataError", code: "block-columns" })
  for (const column of columns) {
    expect(() => encodeRowBlock({ ...rows, [column]: new Float64Array(2).map((_, i) => i) })).toThrow(refusal)
  }
  expect(() => encodeRowBlock({ ...rows, rows: Float64Array.of(0, 2, 1) })).toThrow(refusal)
  expect(() => encodeRowBlock({ ...rows, rows: Float64Array.of(0, 1, 1.5) })).toThrow(refusal)
})
