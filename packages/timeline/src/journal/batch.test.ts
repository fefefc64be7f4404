import fc from "fast-check"
import { expect, test } from "vitest"
import { Batch } from "./batch.js"
import { checkFrame, FRAME_HEADER_WORDS, frameNumber, MAX_FRAME_BYTES } from "./frame.js"
import { type RecordReader, readRecords } from "./record.js"
import { Words } from "./words.js"

type Point = [time: bigint, value: number]

const time = fc.oneof(fc.bigInt(1n, 2n ** 63n - 1n), fc.bigInt(1_600_000_000_000_000_000n, 1_600_000_000_000_100_000n))
const steps = fc.tuple(time, fc.bigInt(0n, 2n ** 34n), fc.integer({ min: 1, max: 40 }), fc.nat(2))
const rising = steps.map(([first, step, count, jitter]) =>
  Array.from(
    { length: count },
    (_, i) => (first / 2n ** 40n) * 2n ** 39n + BigInt(i) * step + BigInt((i * jitter) % 7),
  ),
)
const columns = fc.tuple(fc.nat(100_000), fc.oneof(fc.array(time, { minLength: 1, maxLength: 40 }), rising))

test("what was added is read again, in frames that hold their checksum", () => {
  fc.assert(
    fc.property(fc.array(columns, { minLength: 1, maxLength: 20 }), (appends) => {
      const batch = new Batch()
      const expected = new Map<number, Point[]>()
      for (const [metric, times] of appends) {
        const values = Float64Array.from(times, (_, i) => i / 3)
        batch.add(metric, BigInt64Array.from(times), values)
        const points = expected.get(metric) ?? []
        expected.set(metric, [...points, ...times.map((time, i): Point => [time, values[i]!])])
      }
      expect(pointsOf(batch)).toEqual(expected)
    }),
  )
})

test("large appends are cut into frames of bounded size", () => {
  const batch = new Batch()
  const times = BigInt64Array.from({ length: 300_000 }, (_, i) => BigInt(i * i + 1))
  batch.add(7, times, new Float64Array(300_000).fill(1.5))
  expect(batch.frames).toBeGreaterThan(2)
  const points = pointsOf(batch).get(7)!
  expect(points).toHaveLength(300_000)
  expect(points.at(-1)).toEqual([times.at(-1), 1.5])
  for (let i = 0; i < batch.frames; i++) {
    expect(8 * (batch.frameEnd(i) - batch.recordsBegin(i))).toBeLessThan(MAX_FRAME_BYTES)
  }
})

test("a batch is empty again after clear, also of a frame that was open", () => {
  const batch = new Batch()
  batch.add(1, BigInt64Array.of(1n), Float64Array.of(1))
  batch.clear()
  expect([batch.size, batch.frames]).toEqual([0, 0])
  batch.add(2, BigInt64Array.of(5n), Float64Array.of(2))
  expect(pointsOf(batch)).toEqual(new Map([[2, [[5n, 2]]]]))
})

test("even steps take no more than the values do, and uneven ones half as much again", () => {
  const size = (times: BigInt64Array) => {
    const batch = new Batch()
    batch.add(1, times, new Float64Array(1000))
    return batch.size - 8000
  }
  expect(size(BigInt64Array.from({ length: 1000 }, (_, i) => 1n + 10_000_000_000n * BigInt(i)))).toBeLessThan(60)
  expect(size(BigInt64Array.from({ length: 1000 }, (_, i) => 1n + BigInt(i * i)))).toBeLessThan(4100)
})

test("records that claim more than there is are noticed", () => {
  const words = new Words(4)
  words.u32[0] = 1
  words.u32[1] = 5 << 2
  const nobody: RecordReader = { points: () => expect.unreachable() }
  expect(readRecords(words, 0, 4, nobody)).toBe(false)
  words.u32[1] = (1 << 2) | 3
  expect(readRecords(words, 0, 4, nobody)).toBe(false)
})

function pointsOf(batch: Batch): Map<number, Point[]> {
  const found = new Map<number, Point[]>()
  const bytes = batch.seal(100)
  const words = new Words(bytes.length / 8)
  words.bytes.set(bytes)
  let at = 0
  for (let frame = 0; frame < batch.frames; frame++) {
    expect(frameNumber(words, at)).toBe(100 + frame)
    const length = checkFrame(words, at, words.length)!
    const end = at + FRAME_HEADER_WORDS + length
    expect(readRecords(words, at + FRAME_HEADER_WORDS, end, collector(found))).toBe(true)
    at = end
  }
  expect(at).toBe(words.length)
  return found
}

function collector(found: Map<number, Point[]>): RecordReader {
  return {
    points(metric, high, low, offsets, { f64 }, valuesAt, count, rising) {
      const points = found.get(metric) ?? []
      found.set(metric, points)
      const first = BigInt(high) * 2n ** 32n + BigInt(low)
      for (let i = 0; i < count; i++) {
        if (rising && i > 0 && offsets[i]! <= offsets[i - 1]!) throw new Error("not rising")
        points.push([first + BigInt(offsets[i]!), f64[valuesAt + i]!])
      }
    },
  }
}
