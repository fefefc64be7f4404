import fc from "fast-check"
import { expect, test } from "vitest"
import { Batch } from "../journal/batch.js"
import { readRecords } from "../journal/record.js"
import { defaultLevelParameters } from "../level-parameters.js"
import type { Run } from "../run.js"
import { Heads } from "./heads.js"

const originNs = 1_600_000_000_000_000_000n

type Append = readonly (readonly [offset: bigint, value: number])[]

/** Points close together so that they collide, and a few hundred days away from each other. */
const offset = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(0n, 30n) },
  { weight: 1, arbitrary: fc.bigInt(-(2n ** 55n), 2n ** 55n) },
  { weight: 1, arbitrary: fc.tuple(fc.bigInt(-3n, 3n), fc.bigInt(0n, 2n)).map(([m, d]) => m * 2n ** 52n + d) },
)
const value = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constant(Number.NaN))
const appends = fc.array(fc.array(fc.tuple(offset, value), { minLength: 1, maxLength: 12 }), { maxLength: 12 })

test("the runs of a head have what was appended, the last of each time", async () => {
  await fc.assert(
    fc.asyncProperty(appends, async (sequence) => {
      const heads = new Heads(5, () => true)
      const model = new Map<bigint, number>()
      for (const points of sequence) {
        append(heads, points)
        for (const [ns, v] of points) model.set(originNs + ns, v)
      }
      const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1))
      expect(await merged(heads.get(3)?.runs(5, defaultLevelParameters) ?? [])).toEqual(expected)
      expect(heads.bytes).toBe(heads.get(3)?.bytes ?? 0)
    }),
    { numRuns: 300 },
  )
})

test("what a reader has got stays as it was", async () => {
  const heads = new Heads(1, () => true)
  append(heads, [
    [5n, 1],
    [3n, 2],
  ])
  const before = heads.get(3)!.runs(1, defaultLevelParameters)
  for (let i = 0n; i < 100n; i++) append(heads, [[i + 2n, 7]])
  expect(await merged(before)).toEqual([
    [originNs + 3n, 2],
    [originNs + 5n, 1],
  ])
})

test("conflicts are counted, repetitions are not", () => {
  const heads = new Heads(1, () => true)
  append(heads, [
    [9n, 1],
    [5n, 1],
    [5n, 2],
    [5n, 2],
    [5n, Number.NaN],
    [5n, Number.NaN],
  ])
  expect(heads.get(3)!.conflicts).toBe(2)
})

test("points of metrics that are not stored are passed over", () => {
  const heads = new Heads(1, () => false)
  append(heads, [[5n, 1]])
  expect([heads.metrics, heads.bytes, [...heads.numbers()]]).toEqual([0, 0, []])
})

test("many points make pieces with rows", async () => {
  const heads = new Heads(1, () => true)
  const times = BigInt64Array.from({ length: 50_000 }, (_, i) => originNs + 1_000_000n * BigInt(i))
  appendColumns(
    heads,
    times,
    Float64Array.from(times, (_, i) => i),
  )
  const runs = heads.get(3)!.runs(1, { ...defaultLevelParameters, intervalMinNs: 1_000_000_000n })
  expect(runs.map((run) => [run.points, run.levels])).toEqual([
    [16_384, [0]],
    [16_384, [0]],
    [16_384, [0]],
    [848, []],
  ])
  const counts = await Promise.all(
    runs.map(async (run) => (await run.readRows(0, 0n, 0n)).flatMap((b) => [...b.count])),
  )
  expect(counts[0]!.reduce((a, b) => a + b)).toBe(16_384)
  expect(runs.reduce((sum, run) => sum + run.total.count, 0)).toBe(50_000)
})

function append(heads: Heads, points: Append): void {
  appendColumns(
    heads,
    BigInt64Array.from(points, ([ns]) => originNs + ns),
    Float64Array.from(points, ([, v]) => v),
  )
}

function appendColumns(heads: Heads, times: BigInt64Array, values: Float64Array): void {
  const batch = new Batch()
  batch.add(3, times, values)
  for (let i = 0; i < batch.frames; i++) {
    expect(readRecords(batch.words, batch.recordsBegin(i), batch.frameEnd(i), heads)).toBe(true)
  }
}

async function merged(runs: readonly Run[]): Promise<[bigint, number][]> {
  const points = new Map<bigint, number>()
  for (const run of [...runs].sort((a, b) => a.sequence - b.sequence)) {
    const { firstNs, lastNs } = run
    let previous = firstNs - 1n
    for (const { baseNs, offsets, values } of await run.readPoints(firstNs, lastNs + 1n)) {
      for (const [i, offset] of offsets.entries()) {
        const ns = baseNs + BigInt(offset)
        expect(ns > previous && ns >= firstNs && ns <= lastNs).toBe(true)
        previous = ns
        points.set(ns, values[i]!)
      }
    }
  }
  return [...points].sort(([a], [b]) => (a < b ? -1 : 1))
}
