import fc from "fast-check"
import { expect, test } from "vitest"
import { randomFrom } from "../testing/column-shapes.js"
import { firstDifference } from "../testing/same-columns.js"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { readIntegers, writeIntegers } from "./integer-column.js"

function expectBack(numbers: Float64Array): number {
  const out = new ByteWriter()
  writeIntegers(out, numbers, numbers.length)
  const from = new ByteReader(out.finish())
  const back = new Float64Array(numbers.length)
  readIntegers(from, back, numbers.length)
  from.end()
  const at = firstDifference(back, numbers)
  if (at >= 0) throw new Error(`number ${at} is ${back[at]}, not ${numbers[at]}`)
  return out.position
}

const edge = Number.MAX_SAFE_INTEGER

/** Most numbers lie in a narrow range somewhere, some anywhere above or below it, none 2^53 from another. */
function clustered(seed: number, count: number, low: number, width: number, strays: number): Float64Array {
  const random = randomFrom(seed)
  const [floor, ceiling] = low < 0 ? [-edge, 0] : [0, edge]
  return Float64Array.from({ length: count }, () => {
    const anywhere = random() < strays
    const number = anywhere ? floor + Math.floor(random() * edge) : low + Math.floor(random() * 2 ** width)
    return Math.min(ceiling, Math.max(floor, number)) + 0
  })
}

test("numbers up to the limits come back, with strays of any distance", () => {
  const low = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: 0, max: 2 ** 21 }).map((distance) => edge - distance),
    fc.integer({ min: 0, max: 2 ** 21 }).map((distance) => -edge + distance),
  )
  const property = fc.property(
    fc.integer(),
    fc.integer({ min: 1, max: 400 }),
    low,
    fc.integer({ min: 0, max: 53 }),
    fc.constantFrom(0, 0.01, 0.1, 0.5),
    (seed, count, from, width, strays) => {
      expectBack(clustered(seed, count, from, width, strays))
    },
  )
  fc.assert(property, { numRuns: 5000 })
})

test("every border of mini-blocks comes back", () => {
  for (const width of [0, 1, 7, 31, 32, 33, 40]) {
    for (let count = 1; count <= 300; count++) expectBack(clustered(count, count, 1000, width, 0.02))
  }
})

test("numbers in units of something take no more bits than the units", () => {
  const random = randomFrom(1)
  const numbers = Float64Array.from({ length: 1280 }, () => 12_345 + 1_000_003 * Math.floor(random() * 16))
  expect(expectBack(numbers)).toBeLessThan((1280 * 4) / 8 + 30)
})

test("a stray on either side costs some bytes, not the width of all", () => {
  const random = randomFrom(1)
  const numbers = Float64Array.from({ length: 128 }, () => Math.floor(random() * 16))
  numbers[3] = -1e9
  numbers[100] = 1e12
  expect(expectBack(numbers)).toBeLessThan((128 * 5) / 8 + 30)
})
