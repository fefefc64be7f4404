import fc from "fast-check"
import { expect, test } from "vitest"
import type { PointBlock } from "../point-block.js"
import { shapedOffsets, shapedValues, stepShapes, valueShapes } from "../testing/column-shapes.js"
import { referencePoints } from "../testing/reference-data.js"
import { firstDifference } from "../testing/same-columns.js"
import { decodePointBlock, encodePointBlock } from "./point-block-codec.js"

const base = 1_600_000_000_000_000_000n

function expectBack(block: PointBlock): void {
  const back = decodePointBlock(encodePointBlock(block))
  expect(back.baseNs).toBe(block.baseNs)
  expect([firstDifference(back.offsets, block.offsets), firstDifference(back.values, block.values)]).toEqual([-1, -1])
}

test.each(Object.keys(stepShapes))(
  "%s: times come back, of every count up to 300 and at the borders beyond",
  (shape) => {
    for (let count = 1; count <= 300; count++) {
      expectBack({ baseNs: base, offsets: shapedOffsets(shape, count, count), values: new Float64Array(count) })
    }
    for (const count of [383, 384, 385, 513, 4097, 65_536]) {
      expectBack({ baseNs: base, offsets: shapedOffsets(shape, count, count, 17), values: new Float64Array(count) })
    }
  },
)

test("any times and values come back", () => {
  const property = fc.property(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.uniqueArray(fc.maxSafeNat(), { minLength: 1, maxLength: 300 }),
    fc.constantFrom(...Object.keys(valueShapes)),
    fc.integer(),
    (baseNs, times, shape, seed) => {
      const offsets = Float64Array.from(times).sort()
      expectBack({ baseNs, offsets, values: shapedValues(shape, seed, offsets.length) })
    },
  )
  fc.assert(property, { numRuns: 500 })
})

test("any mix of steps comes back", () => {
  const part = fc.tuple(fc.constantFrom(...Object.keys(stepShapes)), fc.integer(), fc.integer({ min: 1, max: 300 }))
  const property = fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
    let last = -1
    const offsets = parts.flatMap(([shape, seed, count]) => {
      const some = [...shapedOffsets(shape, seed, count, last + 1)]
      last = some.at(-1)!
      return some
    })
    expectBack({ baseNs: base, offsets: Float64Array.from(offsets), values: new Float64Array(offsets.length) })
  })
  fc.assert(property, { numRuns: 500 })
})

test("parts of larger arrays come back", () => {
  const { baseNs, offsets, values } = referencePoints(1, 0, 1000, { jittered: true })
  expectBack({ baseNs, offsets: offsets.subarray(5, 705), values: values.subarray(5, 705) })
})

test("what has been decoded does not change with the next block", () => {
  const [first, second] = [referencePoints(1, 0, 500), referencePoints(2, 0, 500, { inexact: true, jittered: true })]
  const bytes = encodePointBlock(first)
  const back = decodePointBlock(bytes)
  decodePointBlock(encodePointBlock(second))
  expect(back).toEqual(first)
  expect(encodePointBlock(first)).toEqual(bytes)
})

test.each([
  ["reference", {}, 1.4],
  ["jittered", { jittered: true }, 3.92],
  ["inexact", { inexact: true }, 1.48],
])("a point of the %s data set takes few bytes", (_, variant, bound) => {
  const bytes = [0, 1, 2, 3].map((index) => encodePointBlock(referencePoints(1, index * 8192, 8192, variant)).length)
  expect(bytes.reduce((sum, length) => sum + length) / 4 / 8192).toBeLessThan(bound)
})

test("a single point takes at most 23 bytes", () => {
  expect(encodePointBlock(referencePoints(1, 0, 1)).length).toBeLessThanOrEqual(23)
})

const of = (...numbers: number[]) => Float64Array.from(numbers)

test.each([
  ["no points", of(), of()],
  ["more than 65,536 points", Float64Array.from({ length: 65_537 }, (_, i) => i), new Float64Array(65_537)],
  ["columns of unequal length", of(0, 1), of(0)],
  ["times that stand still", of(0, 1, 1), of(0, 0, 0)],
  ["times that fall", of(0, 2, 1), of(0, 0, 0)],
  ["times before the base", of(-1, 2), of(0, 0)],
  ["fractions of nanoseconds", of(0, 0.5), of(0, 0)],
  ["times that are no numbers", of(0, Number.NaN), of(0, 0)],
  ["times without end", of(0, Number.POSITIVE_INFINITY), of(0, 0)],
  ["times from 2^53 on", of(0, 2 ** 53), of(0, 0)],
])("%s are refused", (_, offsets, values) => {
  expect(() => encodePointBlock({ baseNs: 0n, offsets, values })).toThrow(
    expect.objectContaining({ name: "DataError", code: "block-columns" }),
  )
})

test("a base that is no int64 is refused", () => {
  expect(() => encodePointBlock({ baseNs: 2n ** 63n, offsets: of(0), values: of(0) })).toThrow(
    expect.objectContaining({ code: "block-columns" }),
  )
})
