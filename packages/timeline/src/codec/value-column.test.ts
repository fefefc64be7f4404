import fc from "fast-check"
import { expect, test } from "vitest"
import { shapedValues, valueShapes } from "../testing/column-shapes.js"
import { firstDifference } from "../testing/same-columns.js"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { readValues, writeValues } from "./value-column.js"

function encode(values: Float64Array): Uint8Array {
  const out = new ByteWriter()
  writeValues(out, values)
  return out.finish()
}

function expectBack(values: Float64Array): void {
  const bytes = encode(values)
  const from = new ByteReader(bytes)
  const back = readValues(from, values.length)
  from.end()
  const at = firstDifference(back, values)
  if (at >= 0) throw new Error(`value ${at} is ${back[at]}, not ${values[at]}`)
  expect(bytes.length).toBeLessThanOrEqual(8 * values.length + 2)
}

test.each(Object.keys(valueShapes))(
  "%s: values come back, of every count up to 300 and at the borders beyond",
  (shape) => {
    for (let count = 1; count <= 300; count++) expectBack(shapedValues(shape, count, count))
    for (const count of [383, 384, 385, 1023, 1024, 1025, 4097, 65_536]) expectBack(shapedValues(shape, count, count))
  },
)

test("any mix of shapes comes back", () => {
  const part = fc.tuple(fc.constantFrom(...Object.keys(valueShapes)), fc.integer(), fc.integer({ min: 1, max: 400 }))
  const property = fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
    expectBack(Float64Array.from(parts.flatMap(([shape, seed, count]) => [...shapedValues(shape, seed, count)])))
  })
  fc.assert(property, { numRuns: 500 })
})

test("any doubles come back", () => {
  fc.assert(
    fc.property(fc.float64Array({ minLength: 1, maxLength: 300 }), (values) => expectBack(values)),
    { numRuns: 500 },
  )
})

test("values of a part of a larger array come back", () => {
  const values = shapedValues("inexact", 1, 500)
  expectBack(values.subarray(3, 203))
})

test.each([1, 2, 200])("any NaN of %i becomes the one NaN", (count) => {
  const words = Uint32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i + 1 : 0xfff12345))
  const other = new Float64Array(words.buffer)
  for (const values of [other, Float64Array.from([...other, 0.1, 1 / 3]), mixedWithNoise(other)]) {
    const back = readValues(new ByteReader(encode(values)), values.length)
    const canonical = new BigUint64Array(Float64Array.of(Number.NaN).buffer)[0]
    const bits = new BigUint64Array(back.buffer)
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) expect(bits[i]).toBe(canonical)
  }
})

function mixedWithNoise(values: Float64Array): Float64Array {
  const mixed = shapedValues("any bits", 5, 3 * values.length)
  for (let i = 0; i < values.length; i++)
    new BigUint64Array(mixed.buffer)[3 * i] = new BigUint64Array(values.buffer)[i]!
  return mixed
}

/** Bytes a value that measurements of these kinds may take in blocks of 8192. */
const bounds: Record<string, number> = {
  constant: 0.01,
  "negative decimals": 1.42,
  inexact: 1.7,
  counter: 1.28,
  "bytes in pages": 3.05,
  spikes: 1.35,
  "seldom changing": 0.75,
  "single precision": 3.95,
  "narrow noise": 5.85,
  gaps: 1.01,
  "any bits": 8.01,
}

test.each(Object.entries(bounds))("%s takes at most %d bytes a value", (shape, bound) => {
  expect(encode(shapedValues(shape, 7, 8192)).length / 8192).toBeLessThan(bound)
})
