import fc from "fast-check"
import { expect, test } from "vitest"
import type { PointBlock } from "../point-block.js"
import { BlockCutter, type CutBlock } from "./block-cutter.js"

const BLOCK = 8
const originNs = 1_600_000_000_000_000_000n

/** Blocks of consecutive points; each with the distance to the one before, and whether it is encoded already. */
const input = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 20 }),
    gapNs: fc.oneof(fc.constant(1n), fc.constant(2n ** 53n), fc.bigInt(1n, 2n ** 55n)),
    encoded: fc.boolean(),
  }),
  { maxLength: 12 },
)

test("blocks have all points in order, a good size, and offsets below 2^53", () => {
  fc.assert(
    fc.property(input, (blocks) => {
      const cutter = new BlockCutter(BLOCK)
      const points: [bigint, number][] = []
      const cut: CutBlock[] = []
      let ns = originNs
      for (const { count, gapNs, encoded } of blocks) {
        ns += gapNs
        const block: PointBlock = {
          baseNs: ns,
          offsets: Float64Array.from({ length: count }, (_, i) => i * 10),
          values: Float64Array.from({ length: count }, (_, i) => points.length + i),
        }
        for (const [i, offset] of block.offsets.entries()) points.push([ns + BigInt(offset), block.values[i]!])
        ns += BigInt(block.offsets.at(-1)!)
        cut.push(...cutter.add(block, encoded ? new Uint8Array(1) : undefined))
      }
      cut.push(...cutter.finish())
      expect(cut.flatMap(({ block }) => pointsOf(block))).toEqual(points)
      for (const { block, encoded } of cut) {
        expect(block.offsets.length).toBeLessThanOrEqual(BLOCK)
        expect(block.offsets.at(-1)).toBeLessThan(2 ** 53)
        if (encoded) expect(block.offsets.length).toBeGreaterThanOrEqual(BLOCK / 2)
      }
    }),
  )
})

test("a block of good size passes as it is, and a few points before it are shared out", () => {
  const block = (first: number, count: number): PointBlock => ({
    baseNs: originNs + BigInt(first),
    offsets: Float64Array.from({ length: count }, (_, i) => i),
    values: new Float64Array(count),
  })
  const bytes = new Uint8Array(1)
  const cutter = new BlockCutter(BLOCK)
  const sizes = (cut: CutBlock[]) => cut.map(({ block: { offsets }, encoded }) => [offsets.length, encoded === bytes])
  expect(sizes(cutter.add(block(0, 8), bytes))).toEqual([[8, true]])
  expect(sizes(cutter.add(block(8, 2), bytes))).toEqual([])
  expect(sizes(cutter.add(block(10, 8), bytes))).toEqual([
    [5, false],
    [5, false],
  ])
  expect(sizes(cutter.add(block(18, 5)))).toEqual([])
  expect(sizes(cutter.add(block(23, 6), bytes))).toEqual([
    [5, false],
    [6, true],
  ])
  expect(sizes(cutter.finish())).toEqual([])
})

function pointsOf({ baseNs, offsets, values }: PointBlock): [bigint, number][] {
  return Array.from(offsets, (offset, i) => [baseNs + BigInt(offset), values[i]!])
}
