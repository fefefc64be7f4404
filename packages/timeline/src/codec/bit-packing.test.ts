import fc from "fast-check"
import { expect, test } from "vitest"
import { randomFrom } from "../testing/column-shapes.js"
import { bitLength, MAX_WIDTH, packBits, packedBytes, unpackBits } from "./bit-packing.js"

const widths = Array.from({ length: MAX_WIDTH + 1 }, (_, width) => width)

test.each(widths)("numbers of %i bits come back, whatever lies around them", (width) => {
  const property = fc.property(
    fc.integer({ min: 1, max: 130 }),
    fc.integer(),
    fc.integer({ min: -1000, max: 1000 }),
    (count, seed, reference) => {
      const random = randomFrom(seed)
      const numbers = Float64Array.from({ length: count }, () => Math.floor(random() * 2 ** width) + reference)
      if (width < MAX_WIDTH) numbers[0] = 2 ** width - 1 + reference
      const words = new Int32Array(400).fill(-1)
      packBits(words, 3, numbers, 0, count, reference, width)
      const target = new Float64Array(count + 2)
      unpackBits(words, 3, target, 1, count, reference, width)
      expect(target.subarray(1, count + 1)).toEqual(numbers)
      expect([target[0], target[count + 1]]).toEqual([0, 0])
    },
  )
  fc.assert(property, { numRuns: 20 })
})

test.each(widths)("numbers of %i bits lie where the format says", (width) => {
  const random = randomFrom(width)
  const count = 128
  const numbers = Float64Array.from({ length: count }, () => Math.floor(random() * 2 ** width))
  const words = new Int32Array(400)
  packBits(words, 0, numbers, 0, count, 0, width)
  const low = Math.min(width, 32)
  let bits = 0n
  for (const [i, number] of numbers.entries()) {
    bits |= BigInt.asUintN(low, BigInt(number)) << BigInt(i * low)
    bits |= (BigInt(number) >> 32n) << BigInt(count * 32 + i * (width - 32 > 0 ? width - 32 : 0))
  }
  const bytes = new Uint8Array(words.buffer, 0, packedBytes(count, width))
  expect(BigInt(`0x0${Buffer.from(bytes).reverse().toString("hex")}`)).toBe(bits)
})

test("the bits of a number that is below the reference are those of the two's complement", () => {
  const words = new Int32Array(4)
  packBits(words, 0, Float64Array.of(-1, -3), 0, 2, 0, 40)
  const target = new Float64Array(2)
  unpackBits(words, 0, target, 0, 2, 0, 40)
  expect([...target]).toEqual([2 ** 40 - 1, 2 ** 40 - 3])
})

test.each([0, 1, 2, 3, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1])("the bits of %d are counted", (value) => {
  expect(bitLength(value)).toBe(value === 0 ? 0 : value.toString(2).length)
})
