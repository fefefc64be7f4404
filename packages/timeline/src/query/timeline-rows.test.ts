import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { defaultLevelParameters, type LevelParameters } from "../level-parameters.js"
import { rowsDifference, timelineRowsOf } from "../testing/comparing.js"
import { originNs, SEEDS } from "../testing/drawn-points.js"
import { drawnQuery } from "../testing/drawn-queries.js"
import { memoryRun } from "../testing/memory-run.js"
import type { NaiveModel, NaiveRow } from "../testing/naive-model.js"
import { timelineRows } from "./timeline-rows.js"

const seed = fc.nat(SEEDS - 1)
const input = fc.record({
  choice: fc.nat(62),
  drawn: fc.array(
    fc.record({
      seeds: fc.array(seed, { minLength: 1, maxLength: 40 }),
      startNs: fc.nat(50).map((us) => us * 500),
      levelMask: fc.nat(2 ** 11 - 1),
      blockPoints: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  times: fc.tuple(seed, seed),
  level: seed,
})

/** Points as rows of their own, by the definition. */
function pointsAsRows(model: NaiveModel, beginNs: bigint, endNs: bigint): NaiveRow[] {
  return model
    .raw(beginNs, endNs)
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ ns, value }) => {
      const { integral, activeNs } = model.aggregate(model.atOrBefore(ns - 1n)?.ns ?? ns, ns)
      return { beginNs: ns, minimum: value, maximum: value, sum: value, count: 1, integral, activeNs }
    })
}

test("a timeline is the rows of the definition, of an interval that is no longer than asked for", async () => {
  const asked = fc.oneof(fc.integer({ min: 1000, max: 60_000 }), fc.constantFrom(0, 1, 999))
  await fc.assert(
    fc.asyncProperty(input, asked, fc.boolean(), async (drawn, maxInterval, merge) => {
      const { runs, model, beginNs, endNs, ...given } = drawnQuery(drawn)
      // With longer levels, of which nothing is stored, more questions are below the shortest.
      const long = merge ? given.parameters : { ...given.parameters, intervalMinNs: 8000n, intervalMaxNs: 1_000_000n }
      const stored = merge ? runs : runs.map((run) => ({ ...run, levels: [] }))
      const found = await timelineRows(stored, long, beginNs, endNs, BigInt(maxInterval), { merge })
      expect(found.intervalNs).toBeLessThanOrEqual(maxInterval)
      const wanted =
        found.intervalNs === 0n ? pointsAsRows(model, beginNs, endNs) : model.rows(found.intervalNs, beginNs, endNs)
      expect(rowsDifference(timelineRowsOf(found), beginNs < endNs ? wanted : [])).toBeUndefined()
    }),
    { numRuns: 1500 },
  )
})

const second = 1_000_000_000n
const parameters: LevelParameters = { ...defaultLevelParameters, intervalMaxNs: 10_000n * second }

/** A point a second, from the origin on. */
function everySecond(count: number) {
  return Array.from({ length: count }, (_, i) => ({ ns: originNs + BigInt(i) * second, value: i }))
}

describe("the interval of a timeline", () => {
  const run = memoryRun(everySecond(600), parameters, { levels: [0, 1] })
  const intervalOf = async (maxInterval: bigint, merge = false) =>
    (await timelineRows([run], parameters, originNs, originNs + 600n * second, maxInterval, { merge })).intervalNs

  test("is that of the longest level that is not too long", async () => {
    expect(await intervalOf(10n * second)).toBe(10n * second)
    expect(await intervalOf(99n * second)).toBe(10n * second)
    expect(await intervalOf(10n ** 18n)).toBe(10_000n * second)
  })

  test("is a multiple of it where rows may be merged", async () => {
    expect(await intervalOf(99n * second, true)).toBe(90n * second)
    expect(await intervalOf(19n * second, true)).toBe(10n * second)
    expect(await intervalOf(250n * second, true)).toBe(200n * second)
  })

  test("below the shortest level is that asked for, unless points are as few as rows", async () => {
    expect(await intervalOf(7n * second)).toBe(7n * second)
    expect(await intervalOf(second)).toBe(0n)
    expect(await intervalOf(0n)).toBe(0n)
  })
})

describe("limits", () => {
  const sparse = [0n, 1_000_000n].map((s) => ({ ns: originNs + s * second, value: 1 }))

  test("count the rows that lie within stretches", async () => {
    const run = memoryRun(sparse, parameters)
    const read = (limit: number) =>
      timelineRows([run], parameters, originNs, originNs + 2_000_000n * second, 10n * second, { limit })
    await expect(read(100_000)).rejects.toThrow(expect.objectContaining({ code: "too-many" }))
    expect((await read(100_001)).times).toHaveLength(100_001)
  })

  test("count points", async () => {
    const run = memoryRun(everySecond(20), parameters)
    const read = (limit: number) => timelineRows([run], parameters, originNs, originNs + 20n * second, 0n, { limit })
    await expect(read(19)).rejects.toThrow(/more than 19 points: ask for a shorter time/)
    expect((await read(20)).times).toHaveLength(20)
  })
})

test("times, counts and active times beyond 32 and 53 bits are exact", async () => {
  const year = 31_536_000n * second
  const points = [0n, 30n * year, 200n * year, 230n * year].map((ns) => ({ ns: ns + 1n, value: 2 }))
  const long = { ...parameters, intervalMinNs: 10n * year, intervalMaxNs: 40n * year, intervalFactor: 2 }
  const found = await timelineRows([memoryRun(points, long, { levels: [0] })], long, 0n, 300n * year, 10n * year)
  expect([...found.times]).toEqual(Array.from({ length: 24 }, (_, i) => BigInt(i) * 10n * year))
  expect(found.aggregates.activeTimeNs.at(1)).toBe(10n * year)
})
