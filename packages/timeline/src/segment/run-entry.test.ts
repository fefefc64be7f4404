import { DataError } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeRunEntry, encodeRunEntry, type RunEntry } from "./run-entry.js"

const count = fc.nat(2 ** 31)
const time = fc.bigInt(1n, 2n ** 63n - 1n)
const value = fc.double({ noDefaultInfinity: true })

const pointBlocks = fc.array(fc.tuple(count, count, time, time), { maxLength: 5 }).map((blocks) => ({
  lengths: blocks.map(([length]) => length),
  counts: blocks.map(([, points]) => points),
  firstNs: blocks.map(([, , firstNs]) => firstNs),
  lastNs: blocks.map(([, , , lastNs]) => lastNs),
}))

const rowBlocks = fc
  .tuple(fc.nat(255), fc.array(fc.tuple(count, count, fc.maxSafeInteger(), fc.maxSafeInteger()), { maxLength: 4 }))
  .map(([level, blocks]) => ({
    level,
    lengths: blocks.map(([length]) => length),
    counts: blocks.map(([, rows]) => rows),
    firstRow: blocks.map(([, , first]) => first),
    lastRow: blocks.map(([, , , last]) => last),
  }))

const entry: fc.Arbitrary<RunEntry> = fc.record({
  firstNs: time,
  lastNs: time,
  firstValue: value,
  lastValue: value,
  points: count,
  hasPoints: fc.boolean(),
  total: fc.record({ minimum: value, maximum: value, sum: value, count: value, integral: value, activeNs: value }),
  parameters: fc.record({
    intervalMinNs: time,
    intervalMaxNs: time,
    intervalFactor: fc.integer({ min: 2, max: 1_000_000 }),
    maxGapNs: fc.option(time, { nil: undefined }),
  }),
  pointBlocks,
  rowBlocks: fc.array(rowBlocks, { maxLength: 3 }),
})

test("an entry comes back", () => {
  fc.assert(fc.property(entry, (run) => void expect(decodeRunEntry(encodeRunEntry(run))).toEqual(run)))
})

test("other bytes are an error, never anything worse", () => {
  fc.assert(
    fc.property(entry, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat(), (run, changes, cut) => {
      const bytes = encodeRunEntry(run)
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      try {
        decodeRunEntry(bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length))
      } catch (error) {
        expect(error).toBeInstanceOf(DataError)
      }
    }),
  )
})
