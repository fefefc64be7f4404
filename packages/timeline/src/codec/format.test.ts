import { expect, test } from "vitest"
import { shapedOffsets, shapedValues, stepShapes, valueShapes } from "../testing/column-shapes.js"
import { NaiveBlockReader } from "../testing/naive-block-reader.js"
import { referencePoints } from "../testing/reference-data.js"
import { referenceRows } from "../testing/reference-rows.js"
import { encodePointBlock } from "./point-block-codec.js"
import { encodeRowBlock } from "./row-block-codec.js"

const steps = Object.keys(stepShapes)

test.each(Object.keys(valueShapes))("%s: a reader written by the document reads what is encoded", (shape) => {
  for (const count of [1, 2, 3, 50, 128, 129, 300, 1100]) {
    const block = {
      baseNs: BigInt(count) * 10n ** 15n,
      offsets: shapedOffsets(steps[count % steps.length]!, count, count, count),
      values: shapedValues(shape, count, count),
    }
    const { baseNs, offsets, values } = new NaiveBlockReader(encodePointBlock(block)).points()
    expect(baseNs).toBe(block.baseNs)
    expect(offsets).toEqual([...block.offsets])
    expect(values).toEqual([...block.values])
  }
})

test.each(steps)("%s: a reader written by the document reads the times", (shape) => {
  for (const count of [1, 2, 127, 128, 129, 130, 1000]) {
    const offsets = shapedOffsets(shape, count, count)
    const bytes = encodePointBlock({ baseNs: -1n, offsets, values: new Float64Array(count) })
    expect(new NaiveBlockReader(bytes).points().offsets).toEqual([...offsets])
  }
})

test("a reader written by the document reads rows", () => {
  const points = referencePoints(3, 0, 300 * 30 + 1, { jittered: true, inexact: true })
  const rows = referenceRows(points, 30, 533_333_333)
  const { minimum, maximum, sum, count, integral, activeNs } = rows
  const expected = [rows.rows, minimum, maximum, sum, count, integral, activeNs].map((column) => [...column])
  expect(new NaiveBlockReader(encodeRowBlock(rows)).rows()).toEqual(expected)
})
